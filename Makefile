# mxscope: GNU make, no configure step. `make help` lists the targets.
# What builds and runs the tests is in tests/tests.mk, the benches in tests/bench/bench.mk.

VERSION := 0.1
prefix  ?= /usr/local
PREFIX  ?= $(prefix)
BUILD   ?= build
CC      ?= cc
CFLAGS  ?= -O2 -g
PKG_CONFIG ?= pkg-config

# --- the map: one list a room, lowest layer first ---------------------------
util    := buf confine fuzzy hash ip library_mem lines log mem platform rng span table text width
dns     := anchor answer cache chain chain_links chain_memory chain_network chain_settle comparison compose crypto denial denial_nsec denial_nsec3 dnssec dnssec_keys ede enquiry hints idn lookup lookup_end lookup_reply message name proof record resolvconf result reverse standing tlsa trace trace_conclude walk zone
smtp    := dialogue extensions facts judge recorder reply session tls_facts transcript
mail    := address clock consequence contrast dane detect_dns detect_policy detect_reverse detect_servers detect_smtp divergence explain explain_codes explain_log explain_words facts finding gate imagine mx_draft mx_set phrase plan plan_because plan_limits plan_order policy posture posture_spf pretence quiz redact redact_record retry reverse rule sender simulate simulate_cast special status sts vantage verdict verdict_end walk walk_attempt walk_end walk_failure walk_order walk_others walk_policy
history := database database_bounds diff snapshot store
net     := certificate channel clock datagrams dialler entropy flight inspector interim line list places policy_fetch probe_pool prober resolver socket spares stream tls tls_dane tls_https validator
lab     := authority catalog certificate delegation denier lab loopback mailserver nameserver policyhost registry scenario scenario_host script spoiler zone_signer
app     := bindings compare_run dig effect engine event fields fields_decode file_watch forecast inquiry lesson loop loop_replay loop_terminal model recorded recording replay report_exchange report_json report_json_probe report_policy settings trace_run tutor update update_ask update_chain update_compare update_dig update_domains update_enquiry update_forecast update_move update_past update_policy update_probe update_rows update_search update_settings update_spare update_study update_trace update_tutor update_view update_visit update_walk update_watch update_what_if verb visits watch writer
cli     := autorun command command_table completion config_file editor editor_functions editor_keys editor_libedit editor_line editor_popup editor_rc file_names held host_name keys lesson_player lessons names options options_table paths prompt_history reach report report_brief report_markdown report_text script session shell_completion startup themes
ui      := blanks canvas clipboard colour columns decoder farewell findings ground help hint input interface key_name keymap layout manual mark mouse mx_table overlay palette pane pane_domains pane_mx pane_smtp pane_walk paper plain plain_line plain_news policy_line posture_line prompt_line screen search sgr status style theme theme_choice theme_file timeline tls_lines true_colour tty tty_modes tutor_strip view_capabilities view_certificates view_chain view_clock view_compare view_dig view_explain view_findings view_history view_lessons view_map view_posture view_scenarios view_senders view_simulate view_timeline view_trace view_transcript view_watch view_what_if words

rooms      := util dns smtp mail history net lab app cli ui
objects_of  = $(patsubst %,$(BUILD)/$(1)/%.o,$($(1)))
archive_of  = $(BUILD)/$(1).a
# for the linker: a room before those that it looks into
linked     := ui cli app lab net history mail smtp dns util
archives   := $(foreach room,$(linked),$(call archive_of,$(room)))

# --- libraries: pkg-config names, all of them --------------------------------
PACKAGES := ncursesw ldns libedit libevent libevent_openssl openssl libidn2 sqlite3 jansson
PKG_CFLAGS = $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
PKG_LIBS   = $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null)

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
            -Wcast-qual -Wwrite-strings -Wformat=2 -Wundef -Wvla
ifeq ($(WERROR),1)
WARNINGS += -Werror
endif
# What this compiler and this system offer besides is asked once, by src/flags.sh, and kept in BUILD:
# what hardens the program (not in sanitized builds), and libseccomp.
flags     := $(BUILD)/compile.flags $(BUILD)/link.flags
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -Iinclude -I$(BUILD)/include -DMXSCOPE_VERSION='"$(VERSION)"' \
             $(PKG_CFLAGS) $(WARNINGS) $(CFLAGS) @$(BUILD)/compile.flags
ALL_LIBS   = $(PKG_LIBS) -lpthread @$(BUILD)/link.flags

ifeq ($(V),1)
say = @:
Q   =
else
say = @printf '  %-5s %s\n'
Q   = @
endif

all: mxscope
.PHONY: all

mxscope: $(BUILD)/mxscope
	$(Q)cp $< $@

$(BUILD)/mxscope: $(BUILD)/main.o $(archives)
	$(say) LD mxscope
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(archives) $(ALL_LIBS)

# a stamp: libseccomp may come, or go, between two builds
seccomp := $(BUILD)/$(shell pkg-config --exists libseccomp 2>/dev/null && echo with || echo without).seccomp
$(seccomp):
	$(Q)mkdir -p $(@D)
	$(Q)rm -f $(BUILD)/*.seccomp && touch $@

$(flags): $(BUILD)/%.flags: src/flags.sh $(seccomp) | libraries
	$(Q)mkdir -p $(@D)
	$(Q)sh $< $* $(CC) $(CFLAGS) >$@.new && mv $@.new $@

$(BUILD)/%.o: src/%.c $(flags) | libraries
	$(say) CC $*.c
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

define archive_rule
$(call archive_of,$(1)): $(call objects_of,$(1))
	$$(say) AR $(1)
	$$(Q)rm -f $$@ && ar rcs $$@ $$^
endef
$(foreach room,$(rooms),$(eval $(call archive_rule,$(room))))

# --- embedded data: text files as rows of C tables, by src/embed.awk ----------
# $(call embed_rule,TABLE,FILES,FIELDS,OBJECT): TABLE under include/ is made of FILES for OBJECT
define embed_rule
$(BUILD)/include/$(1): $(2) src/embed.awk Makefile
	$$(say) EMBED $(1)
	$$(Q)mkdir -p $$(@D)
	$$(Q)awk -f src/embed.awk -v fields='$(3)' $(2) </dev/null >$$@.new && mv $$@.new $$@
$(BUILD)/$(4).o: $(BUILD)/include/$(1)
endef
# the laboratory's scenarios, in the order of its tour
scenarios := three-mx equal-preference primary-down primary-silent implicit-mx null-mx no-mail \
             nxdomain servfail domain-alias alias-exchange unresolvable all-unresolvable \
             greylisting rate-limited port-25-filtered greeting-554 starttls-good starttls-expired starttls-wrong-name \
             starttls-self-signed starttls-missing starttls-refused tls-broken \
             starttls-injection null-mx-mixed mx-literal private-address localhost-mx many idn \
             slow tarpit truncated hostile-dns hostile-greeting posture posture-broken ns-broken ns-differ \
             unsigned opt-out dnssec-expired dnssec-early dnssec-mismatch dnssec-wrong-key \
             dnssec-stripped dnssec-altered dnssec-denied dnssec-slow
scenarios += dane-good dane-mismatch dane-rollover dane-unusable dane-no-starttls \
             dane-lookup-fails dane-insecure-mx dane-alias sts-enforce sts-testing sts-backup sts-refused \
             sts-unreachable sts-invalid
$(eval $(call embed_rule,lab/scenarios.inc,$(scenarios:%=src/lab/scenarios/%.lab),domain title lesson,lab/lab))
$(eval $(call embed_rule,lab/shared.inc,src/lab/world.zone src/lab/mailserver.script,,lab/lab))
# the lessons, in the order of the course
lessons := what-is-mx preference equal-preference primary-down backup implicit-mx null-mx aliases unresolvable \
           servfail greylisting greeting-554 starttls dane mta-sts ttl self retry-clock senders
$(eval $(call embed_rule,cli/lessons.inc,$(lessons:%=src/lab/lessons/%.lesson),title,cli/lessons))
$(eval $(call embed_rule,ui/manuals.inc,src/manual/program.mdoc src/manual/files.mdoc,,ui/manual))
$(eval $(call embed_rule,cli/themes.inc,$(sort $(wildcard themes/*.theme)),title,cli/themes))

# --- dependencies ------------------------------------------------------------------
# src/deps.sh holds the table of packages. Only these targets install anything; a build that
# lacks a library stops with one sentence.
libraries:
	@CC='$(CC)' sh src/deps.sh check build

## deps          installs what building needs and this machine lacks, saying so first
deps:
	@CC='$(CC)' sh src/deps.sh install build confine
deps-test:
	@CC='$(CC)' sh src/deps.sh install build confine test
deps-bench:
	@CC='$(CC)' sh src/deps.sh install build confine bench
deps-ci:
	@CC='$(CC)' sh src/deps.sh install build confine test bench ci
.PHONY: libraries deps deps-test deps-bench deps-ci

## demo          dependencies, build, and the interface on the built-in laboratory
demo: deps
	$(Q)$(MAKE) --no-print-directory all
	$(Q)./mxscope --lab

# --- tests and benches ---------------------------------------------------------------
# $(call program,NAME,SOURCES,ROOMS,LIBRARIES): build/tests/NAME is made of sources, objects and rooms;
# headers among the sources are only waited for
define program
$(BUILD)/tests/$(1): $(2) $(foreach room,$(3),$(call archive_of,$(room))) | $(flags)
	$$(say) TEST $(1)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(ALL_CFLAGS) -Itests $$(LDFLAGS) -MMD -MP -MF $$@.d -o $$@ $$(filter %.c %.o,$$^) \
		$$(filter %.a,$$^) $$(ALL_LIBS) $(4)
endef
# a room and what is below it
below_util    := util
below_dns     := dns util
below_smtp    := smtp util
below_mail    := mail smtp dns util
below_history := history mail smtp dns util
below_lab     := lab net mail smtp dns util
below_app     := app history mail smtp dns util
below_cli     := cli app history mail smtp dns util
below_ui      := ui cli app history mail smtp dns util

include tests/tests.mk tests/bench/bench.mk

# --- install and dist ------------------------------------------------------------------
bindir := $(DESTDIR)$(PREFIX)/bin
mandir := $(DESTDIR)$(PREFIX)/share/man
themedir := $(DESTDIR)$(PREFIX)/share/mxscope/themes
sharedir := $(DESTDIR)$(PREFIX)/share
# written by the program itself: sections of the manual, and shell:file
manuals     := 1 5
completions := bash:bash-completion/completions/mxscope zsh:zsh/site-functions/_mxscope \
               fish:fish/vendor_completions.d/mxscope.fish
file_of      = $(lastword $(subst :, ,$(c)))

## install       program, manual pages, completions and themes below PREFIX (/usr/local), under DESTDIR
install: all
	install -d $(bindir) $(manuals:%=$(mandir)/man%) $(themedir) $(foreach c,$(completions),$(sharedir)/$(dir $(file_of)))
	install -m 755 $(BUILD)/mxscope $(bindir)/mxscope
	for m in $(manuals); do $(BUILD)/mxscope --manual $$m >$(BUILD)/written && \
		install -m 644 $(BUILD)/written $(mandir)/man$$m/mxscope.$$m || exit 1; done
	install -m 644 $(wildcard themes/*.theme) $(themedir)
	for c in $(completions); do $(BUILD)/mxscope --completion $${c%%:*} >$(BUILD)/written && \
		install -m 644 $(BUILD)/written $(sharedir)/$${c#*:} || exit 1; done
	@rm -f $(BUILD)/written

## uninstall     removes what install put there
uninstall:
	rm -f $(bindir)/mxscope $(foreach m,$(manuals),$(mandir)/man$(m)/mxscope.$(m)) $(foreach c,$(completions),$(sharedir)/$(file_of)) $(patsubst themes/%,$(themedir)/%,$(wildcard themes/*.theme))
	-rmdir $(themedir) $(themedir:/themes=) 2>/dev/null

## dist          the committed tree as an archive, in the build folder
dist:
	@git rev-parse --verify -q HEAD >/dev/null || { echo 'make dist expects a clone made by git: it packs what is committed.' >&2; exit 1; }
	$(Q)mkdir -p $(BUILD)
	git archive --prefix=mxscope-$(VERSION)/ -o $(BUILD)/mxscope-$(VERSION).tar.gz HEAD
.PHONY: install uninstall dist

# --- help ------------------------------------------------------------------------------
## all           builds ./mxscope (the default)
## clean         removes everything that was built
## help          this list
help:
	@sed -n 's/^## //p' $(filter %Makefile %.mk,$(MAKEFILE_LIST)) | sort
.PHONY: help

clean:
	$(Q)rm -rf $(BUILD) mxscope
.PHONY: clean

-include $(shell find $(BUILD) -path $(BUILD)/peers -prune -o -type f -name '*.d' -print 2>/dev/null)
