# Turns text files into rows of a C table, for programs that carry their data in them:
#
#	awk -f src/embed.awk [-v fields='title lesson'] FILE...
#
# writes one row a file, { "stem of its name", field..., "the whole text" }, to be included
# between the braces of an array. A field is what follows its word at the start of a line; lines
# after it that start with a tab belong to it. Quotes, backslashes and question marks
# (trigraphs) are escaped; other bytes stay as they are, so that UTF-8 passes in any locale.

function quoted(text,	i, c, out) {
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		out = out (c == "\\" || c == "\"" || c == "?" ? "\\" c : c == "\t" ? "\\t" : c)
	}
	return "\"" out "\""
}

function stem(path) {
	sub(/^.*\//, "", path)
	sub(/\.[^.]*$/, "", path)
	return path
}

function finish(	i) {
	if (name == "")
		return
	printf "\t{ %s,\n", quoted(name)
	for (i = 1; i <= count; i++) {
		printf "\t  %s,\n", quoted(value[word[i]])
		delete value[word[i]]
	}
	if (body == "")
		body = "\t  \"\""
	print body " },"
	body = ""
}

BEGIN { count = split(fields, word, " ") }

FNR == 1 {
	finish()
	name = stem(FILENAME)
	field = ""
}

/^[^\t]/ {
	field = ""
	for (i = 1; i <= count; i++) {
		if ($1 == word[i]) {
			field = $1
			rest = $0
			sub(/^[^ \t]+[ \t]+/, "", rest)
			value[field] = rest
		}
	}
}

/^\t/ && field != "" {
	rest = $0
	sub(/^\t/, "", rest)
	value[field] = value[field] " " rest
}

{ body = body (body == "" ? "" : "\n") "\t  " quoted($0 "") "\"\\n\"" }

END { finish() }
