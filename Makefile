# mxscope: GNU make, no configure step. `make help` lists the targets.
# What builds and runs the tests is in tests/tests.mk, the benches in tests/bench/bench.mk.

VERSION := 0.1
PREFIX  ?= /usr/local
BUILD   ?= build
CC      ?= cc
CFLAGS  ?= -O2 -g

# --- the map: one list a room, lowest layer first ---------------------------
util    := buf confine fuzzy hash ip log mem rng span table text width
dns     := anchor answer cache chain chain_links chain_memory chain_network chain_settle comparison compose crypto denial dnssec dnssec_keys ede hints idn lookup lookup_end lookup_reply message name proof record resolvconf result reverse standing tlsa trace trace_conclude walk zone
smtp    := dialogue extensions facts judge recorder reply session tls_facts transcript
mail    := address clock consequence contrast dane detect_dns detect_policy detect_reverse detect_servers detect_smtp divergence explain explain_codes explain_log explain_words facts finding gate imagine mx_draft mx_set phrase plan plan_because plan_limits plan_order policy posture posture_spf pretence quiz redact retry reverse rule sender simulate special status sts vantage verdict verdict_end walk walk_attempt walk_end walk_others
history := database diff snapshot store
net     := certificate channel clock dialler entropy flight inspector line list places policy_fetch probe_pool prober resolver socket stream tls tls_dane tls_https validator
lab     := authority catalog certificate delegation denier lab loopback mailserver nameserver policyhost registry scenario scenario_host script spoiler zone_signer
app     := bindings compare_run dig effect engine event fields forecast inquiry lesson loop model recorded recording replay report_exchange report_json report_policy trace_run tutor update update_ask update_chain update_compare update_dig update_domains update_forecast update_past update_policy update_probe update_search update_settings update_study update_trace update_tutor update_view update_visit update_walk update_watch update_what_if verb visits watch writer
cli     := autorun command completion editor editor_functions editor_keys editor_libedit editor_line editor_popup editor_rc held host_name lesson_player lessons names options paths prompt_history reach report report_brief report_markdown report_text script session shell_completion startup
ui      := canvas clipboard columns decoder findings help hint input interface key_name keymap layout mark mx_table overlay palette pane pane_domains pane_mx pane_smtp pane_walk paper plain plain_line plain_news policy_line posture_line prompt_line screen search status style theme timeline tls_lines tty tutor_strip view_capabilities view_certificates view_chain view_clock view_compare view_dig view_explain view_findings view_history view_lessons view_posture view_scenarios view_senders view_simulate view_timeline view_trace view_transcript view_watch view_what_if words

rooms      := util dns smtp mail history net lab app cli ui
objects_of  = $(patsubst %,$(BUILD)/$(1)/%.o,$($(1)))
archive_of  = $(BUILD)/$(1).a
archives   := $(foreach room,$(rooms),$(call archive_of,$(room)))

# --- libraries: pkg-config names, all of them --------------------------------
PACKAGES := ncursesw ldns libedit libevent libevent_openssl openssl libidn2 sqlite3 jansson
PKG_CFLAGS = $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
PKG_LIBS   = $(shell pkg-config --libs $(PACKAGES) 2>/dev/null)

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
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< -Wl,--start-group $(archives) -Wl,--end-group $(ALL_LIBS)

$(flags): $(BUILD)/%.flags: src/flags.sh
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
$(eval $(call embed_rule,ui/themes.inc,$(sort $(wildcard themes/*.theme)),,ui/theme))

# --- unit tests: tests/unit/ROOM/NAME.c links with its room and what is below --
below_util    := util
below_dns     := dns util
below_smtp    := smtp util
below_mail    := mail smtp dns util
below_history := history mail smtp dns util
below_app     := app history mail smtp dns util
below_cli     := cli app history mail smtp dns util
below_ui      := ui cli app history mail smtp dns util
unit_sources  := $(wildcard tests/unit/*/*.c)
unit_tests    := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(unit_sources))
.SECONDEXPANSION:
$(BUILD)/tests/unit/%: tests/unit/%.c $$(foreach room,$$(below_$$(*D)),$$(call archive_of,$$(room)))
	$(say) TEST unit/$*
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -MMD -MP -MF $@.d -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(ALL_LIBS) -lcmocka
unit: $(unit_tests)
	$(Q)for t in $(unit_tests); do $$t || exit 1; done
# `make unit-dns`: only the unit tests of one room
unit-%:
	$(Q)$(MAKE) --no-print-directory $(filter $(BUILD)/tests/unit/$*/%,$(unit_tests))
	$(Q)for t in $(filter $(BUILD)/tests/unit/$*/%,$(unit_tests)); do $$t || exit 1; done
.PHONY: unit
# --- laboratory and network tests -------------------------------------------
# tests/lab/test_NAME.c are programs on real loopback sockets; the other files there are their
# servers and clocks. They need no network, no root and no fixed port.
below_lab    := lab net mail smtp dns util
lab_sources  := $(wildcard tests/lab/test_*.c)
lab_tests    := $(patsubst tests/lab/%.c,$(BUILD)/tests/lab/%,$(lab_sources))
lab_support  := $(patsubst tests/lab/%.c,$(BUILD)/tests/lab/%.o,\
                  $(filter-out $(lab_sources),$(wildcard tests/lab/*.c)))
lab_support  += $(addprefix $(BUILD)/tests/dnssec/,signer.o tree.o)
$(BUILD)/tests/lab/%.o: tests/lab/%.c $(flags)
	$(say) CC tests/lab/$*.c
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -Itests -MMD -MP -c -o $@ $<
$(BUILD)/tests/dnssec/%.o: tests/dnssec/%.c $(flags)
	$(say) CC tests/dnssec/$*.c
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/tests/lab/test_%: tests/lab/test_%.c $(lab_support) $(foreach room,$(below_lab),$(call archive_of,$(room)))
	$(say) TEST lab/$*
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -Itests $(LDFLAGS) -MMD -MP -MF $@.d -o $@ $< $(lab_support) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(ALL_LIBS) -lcmocka
.SECONDARY: $(lab_support)
lab-tests: $(lab_tests)
	$(Q)for t in $(lab_tests); do $$t || exit 1; done
## fault-matrix  every stage of a probe against every fault, as a table
fault-matrix: $(BUILD)/tests/lab/test_fault_matrix
	$(Q)FAULT_TABLE=1 $<
.PHONY: fault-matrix
# the report on every scenario, seen from outside
report-stories: $(BUILD)/mxscope $(BUILD)/tests/bench/crowd
	$(Q)sh tests/lab/report.sh $(BUILD)/mxscope
	$(Q)sh tests/lab/interrupt.sh $(BUILD)/mxscope
	$(Q)sh tests/report/run.sh $(BUILD)/mxscope
	$(Q)sh tests/report/lists.sh $(BUILD)/mxscope
	$(Q)sh tests/report/recording.sh $(BUILD)/mxscope 997
	$(Q)sh tests/report/shared.sh $(BUILD)/mxscope $(BUILD)/tests/bench/crowd
.PHONY: lab-tests report-stories
# --- DNSSEC stories: zones signed by the test, judged by dns/dnssec, denial and chain -----
dnssec_sources := $(wildcard tests/dnssec/test_*.c)
dnssec_tests   := $(patsubst tests/dnssec/%.c,$(BUILD)/tests/dnssec/%,$(dnssec_sources))
dnssec_support := $(filter-out $(dnssec_sources),$(wildcard tests/dnssec/*.c))
$(BUILD)/tests/dnssec/test_%: tests/dnssec/test_%.c $(dnssec_support) $(wildcard tests/dnssec/*.h) \
	$(call archive_of,dns) $(call archive_of,util)
	$(say) TEST dnssec/$*
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(filter %.c,$^) $(filter %.a,$^) $(ALL_LIBS) -lcmocka
dnssec-stories: $(dnssec_tests)
	$(Q)for t in $(dnssec_tests); do $$t || exit 1; done
.PHONY: dnssec-stories
# --- lookup stories: dns/lookup in virtual time, told by tests/lookup/*.rpl -----
lookup_runner := $(BUILD)/tests/lookup/runner
$(lookup_runner): $(addprefix tests/lookup/,runner.c reply.c result.c words.c) tests/lookup/story.h \
	$(call archive_of,dns) $(call archive_of,util)
	$(say) TEST lookup/runner
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(filter %.c,$^) $(filter %.a,$^) $(ALL_LIBS)
lookup-stories: $(lookup_runner)
	$(Q)$(lookup_runner) tests/lookup/*.rpl
.PHONY: lookup-stories
# --- dialogue stories: smtp/session in virtual time, told by tests/dialogue/*.smtp ---
dialogue_runner  := $(BUILD)/tests/dialogue/runner
dialogue_sources := $(addprefix tests/dialogue/,runner.c facts_text.c invariants.c notation.c)
$(dialogue_runner): $(dialogue_sources) $(wildcard tests/dialogue/*.h) $(call archive_of,smtp) $(call archive_of,util)
	$(say) TEST dialogue/runner
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(filter %.c,$^) $(filter %.a,$^) $(ALL_LIBS)
dialogue-stories: $(dialogue_runner)
	$(Q)$(dialogue_runner) tests/dialogue/*.smtp
.PHONY: dialogue-stories
# --- plan stories: mail/plan, verdict and findings, told by tests/plan/*.plan ------
plan_runner := $(BUILD)/tests/plan/runner
$(plan_runner): $(wildcard tests/plan/*.c) tests/plan/story.h \
	$(foreach room,$(below_mail),$(call archive_of,$(room)))
	$(say) TEST plan/runner
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(filter %.c,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(ALL_LIBS) -lm
plan-stories: $(plan_runner)
	$(Q)$(plan_runner) tests/plan/*.plan
.PHONY: plan-stories
# --- walkthroughs: of every scenario, compared with texts that were read ---------------
walk_runner := $(BUILD)/tests/walk/runner
$(walk_runner): tests/walk/runner.c $(archives)
	$(say) TEST walk/runner
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -MMD -MP -MF $@.d -o $@ $< -Wl,--start-group $(archives) -Wl,--end-group $(ALL_LIBS)
# MXSCOPE_PICTURES=write make walk-stories writes the texts anew
walk-stories: $(walk_runner)
	$(Q)$(walk_runner) tests/walk
.PHONY: walk-stories
# --- fuzz targets: tests/fuzz/fuzz_NAME.c over the pure rooms ------------------------
fuzz_rooms   := util dns smtp mail history app cli ui
fuzz_names   := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz_replays := $(fuzz_names:%=$(BUILD)/tests/fuzz/fuzz_%)
fuzz_support := $(wildcard tests/dialogue/invariants.c)
# the inputs kept for a target
corpus_of     = $(wildcard tests/fuzz/corpus/$(1) tests/fuzz/corpus/fuzz_$(1))
$(BUILD)/tests/fuzz/fuzz_% $(BUILD)/tests/fuzz/live_%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c $(fuzz_support) \
	$(foreach room,$(fuzz_rooms),$(call archive_of,$(room)))
	$(say) TEST $(@F)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(fuzz_support) \
		$(if $(findstring /live_,$@),-fsanitize=fuzzer,tests/fuzz/replay.c) \
		-Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(ALL_LIBS)
fuzz-replay: $(fuzz_replays)
	$(Q)$(foreach name,$(fuzz_names),$(BUILD)/tests/fuzz/fuzz_$(name) $(call corpus_of,$(name)) &&) true
	@echo "$(words $(fuzz_names)) fuzz targets replayed their corpora"
## fuzz          a fuzz target with libFuzzer: make fuzz TARGET=message SECONDS=60
TARGET  ?= message
SECONDS ?= 60
fuzz:
	$(Q)$(MAKE) --no-print-directory BUILD=$(BUILD)/fuzz CC=clang \
		CFLAGS='-O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined' \
		$(BUILD)/fuzz/tests/fuzz/live_$(TARGET)
	$(Q)mkdir -p $(BUILD)/fuzz/found/$(TARGET)
	$(BUILD)/fuzz/tests/fuzz/live_$(TARGET) -max_total_time=$(SECONDS) \
		-artifact_prefix=$(BUILD)/fuzz/found/ $(BUILD)/fuzz/found/$(TARGET) $(call corpus_of,$(TARGET))
.PHONY: fuzz fuzz-replay
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
$(BUILD)/tests/$(1): $(2) $(foreach room,$(3),$(call archive_of,$(room)))
	$$(say) TEST $(1)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(ALL_CFLAGS) -Itests $$(LDFLAGS) -MMD -MP -MF $$@.d -o $$@ $$(filter %.c %.o,$$^) \
		-Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group $$(ALL_LIBS) $(4)
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
# --- checks ------------------------------------------------------------------------
suites := unit lookup-stories dnssec-stories dialogue-stories plan-stories walk-stories lab-tests report-stories fuzz-replay screen-stories \
          hostile hardening cli-stories manual peers
## test          dependencies, build, every test
test: deps-test
	$(Q)$(MAKE) --no-print-directory all
	$(Q)MAKE='$(MAKE)' sh tests/all.sh $(BUILD) $(suites)
## check-layers  proves that every room keeps to its layer and its doors
check-layers: all
	$(Q)sh tests/layers.sh $(BUILD)
## memcheck      every test program and the program itself under valgrind (takes a while)
memcheck:
	@CC='$(CC)' sh src/deps.sh install build test memcheck
	$(Q)$(MAKE) --no-print-directory all $(unit_tests) $(lab_tests) $(lookup_runner) $(dialogue_runner) \
		$(plan_runner) $(screen_runner)
	$(Q)sh tests/memcheck.sh $(BUILD)
manual:
	$(Q)mandoc -T lint -W warning src/mxscope.1
	@echo "the manual page is clean"
format-check:
	$(Q)find src include tests -name '*.[ch]' | xargs clang-format --dry-run -Werror
.PHONY: demo test check-layers memcheck manual format-check
# --- screen stories: the program on a pseudo-terminal, told by tests/screen/*.test -----
screen_runner  := $(BUILD)/tests/screen/runner
screen_sources := $(wildcard tests/screen/*.c)
$(screen_runner): $(screen_sources) $(wildcard tests/screen/*.h) $(call archive_of,util)
	$(say) TEST screen/runner
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(shell pkg-config --cflags vterm) $(LDFLAGS) -o $@ $(screen_sources) \
		$(call archive_of,util) $(shell pkg-config --libs vterm) -lutil
screen-stories: $(screen_runner) $(BUILD)/mxscope
	$(Q)$(screen_runner) $(BUILD)/mxscope $(wildcard tests/screen/*.test)
# every byte that could harm, from every source, against everything that is written
hostile_server := $(BUILD)/tests/hostile/server
$(hostile_server): tests/hostile/server.c $(lab_support) $(foreach room,$(below_lab),$(call archive_of,$(room)))
	$(say) TEST hostile/server
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -Itests $(LDFLAGS) -o $@ $< $(lab_support) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(ALL_LIBS) -lcmocka
hostile: $(hostile_server) $(screen_runner) $(BUILD)/mxscope
	$(Q)sh tests/hostile/run.sh $(BUILD)/mxscope $(hostile_server) $(screen_runner)
.PHONY: hostile
# what the binary is, and what an intruder in it would reach
intruder := $(BUILD)/tests/hardening/intruder.so
$(intruder): tests/hardening/intruder.c | $(flags)
	$(say) TEST hardening/intruder
	$(Q)mkdir -p $(@D)
	$(Q)$(firstword $(filter-out ccache,$(CC))) -std=c11 -D_GNU_SOURCE $(WARNINGS) -O1 -fPIC -shared -o $@ $<
hardening: $(BUILD)/mxscope $(intruder)
	$(Q)sh tests/hardening/flags.sh $(BUILD)/mxscope $(BUILD)
	$(Q)sh tests/hardening/confine.sh $(abspath $(BUILD)/mxscope $(intruder))
.PHONY: hardening
cli-stories: $(BUILD)/mxscope
	$(Q)sh tests/screen/cli.sh $(BUILD)/mxscope
## screenshots   pictures of real runs in the laboratory, into screenshots/
screenshots: $(screen_runner) $(BUILD)/mxscope
	$(Q)PICTURES=$(CURDIR)/screenshots $(screen_runner) $(BUILD)/mxscope $(wildcard tests/screenshots/*.test)
.PHONY: screen-stories cli-stories screenshots
# --- peers: beside nsd, unbound, Postfix, Exim and OpenSMTPD ---------------------------
# What is unpacked stays in PEERS, so that other builds of the same tree can share it.
PEERS ?= $(BUILD)/peers
## peers         compares with real servers in namespaces of their own (tests/peers)
peers: $(BUILD)/mxscope
	$(Q)sh tests/peers/run.sh $(BUILD)/mxscope $(PEERS)
## senders       Postfix, Exim and OpenSMTPD as senders beside our plans (tests/peers/senders; takes minutes)
senders: $(BUILD)/mxscope
	$(Q)PEERS_BARE=1 sh tests/peers/run.sh $(BUILD)/mxscope $(PEERS) \
		python3 $(CURDIR)/tests/peers/senders/compare.py $(abspath $(BUILD))/mxscope
.PHONY: peers senders
# --- bench ---------------------------------------------------------------------------
pty_bench := $(BUILD)/tests/bench/pty_bench
$(pty_bench): tests/bench/pty_bench.c $(call archive_of,util)
	$(say) BENCH pty_bench
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(call archive_of,util) -lutil
simulate_bench := $(BUILD)/tests/bench/simulate
$(simulate_bench): tests/bench/simulate.c $(foreach room,$(below_mail),$(call archive_of,$(room)))
	$(say) BENCH simulate
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(ALL_LIBS)
plan_bench := $(BUILD)/tests/bench/plan
$(plan_bench): tests/bench/plan.c $(foreach room,$(below_mail),$(call archive_of,$(room)))
	$(say) BENCH plan
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(ALL_LIBS)
crowd := $(BUILD)/tests/bench/crowd
$(crowd): tests/bench/crowd.c $(foreach room,$(below_lab),$(call archive_of,$(room)))
	$(say) BENCH crowd
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(ALL_LIBS)
$(BUILD)/tests/bench/wire: tests/bench/wire.c $(call archive_of,util)
	$(say) BENCH wire
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(call archive_of,util)
$(BUILD)/tests/bench/far: tests/bench/far.c $(foreach room,$(below_lab),$(call archive_of,$(room)))
	$(say) BENCH far
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(ALL_LIBS)
## bench-audit   a whole audit of five exchanges over a long wire, beside dig and posttls-finger
bench-audit: all $(addprefix $(BUILD)/tests/bench/,wire far delay)
	$(Q)sh tests/bench/audit.sh $(BUILD)/mxscope $(addprefix $(BUILD)/tests/bench/,wire far delay) $(BUILD)/peers-dns
.PHONY: bench-audit
history_kill := $(BUILD)/tests/bench/history_kill
$(history_kill): tests/bench/history_kill.c $(foreach room,$(below_history),$(call archive_of,$(room)))
	$(say) BENCH history_kill
## bench-history the history under kill -9 at 200 moments, and with two writers for a minute
bench-history: $(history_kill)
	$(Q)rm -rf $(BUILD)/history-bench && mkdir -p $(BUILD)/history-bench
	$(Q)$(history_kill) $(BUILD)/history-bench 200 60
.PHONY: bench-history
## bench-probes  500 probes at once, and the time from a key to the screen meanwhile
bench-probes: $(crowd) $(pty_bench) $(BUILD)/mxscope
	$(Q)sh tests/bench/probes.sh $(BUILD)/mxscope $(pty_bench) $(crowd)
.PHONY: bench-probes
## bench         start-up, memory, key-to-screen time and idleness, beside htop and tig
bench: deps-bench
	$(Q)$(MAKE) --no-print-directory all $(pty_bench) $(plan_bench) $(simulate_bench)
	$(Q)sh tests/bench/run.sh $(BUILD)/mxscope $(pty_bench)
	$(Q)$(plan_bench)
	$(Q)$(simulate_bench)
	$(Q)$(MAKE) --no-print-directory bench-dns
.PHONY: bench
# --- bench of the DNS: beside dnsperf, massdns, adnshost and dig ------------------------
# a bench of the network: linked with all that is below the application
$(BUILD)/tests/bench/resolve_bench $(BUILD)/tests/bench/delay: $(BUILD)/tests/bench/%: \
	tests/bench/%.c $(foreach room,$(below_lab),$(call archive_of,$(room)))
	$(say) BENCH $(@F)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(ALL_LIBS)
measure := $(BUILD)/tests/bench/measure
$(measure): tests/bench/measure.c | $(flags)
	$(say) BENCH measure
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $<
ROUNDS ?= 5
NAMES  ?= 20000
## bench-dns     very many questions, beside dnsperf, massdns and others: ROUNDS=5 NAMES=20000
bench-dns: all $(BUILD)/tests/bench/resolve_bench $(measure)
	$(Q)sh tests/bench/bulk.sh $(BUILD)/mxscope $(BUILD)/tests/bench/resolve_bench $(measure) \
		$(BUILD)/peers-dns $(ROUNDS) $(NAMES)
	$(Q)$(MAKE) --no-print-directory bench-path
RUNS ?= 5
## bench-path    the critical path of one domain under added latency: RUNS=5
bench-path: all $(pty_bench) $(BUILD)/tests/bench/delay
	$(Q)sh tests/bench/path.sh $(BUILD)/mxscope $(pty_bench) $(BUILD)/tests/bench/delay \
		$(BUILD)/peers-dns $(RUNS)
.PHONY: bench-dns bench-path
# --- editor: random keys into the prompt's line editor ---------------------------------
editor_monkey := $(BUILD)/tests/bench/editor_monkey
$(editor_monkey): tests/bench/editor_monkey.c $(foreach room,$(below_cli),$(call archive_of,$(room)))
	$(say) BENCH editor_monkey
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(ALL_LIBS)
KEYS ?= 4000000
SEED ?= 1
## bench-editor  random keys into the prompt in emacs and vi mode: KEYS=4000000 SEED=1
bench-editor: $(editor_monkey)
	$(Q)$(editor_monkey) $(KEYS) $(SEED)
.PHONY: bench-editor

# --- install and dist ------------------------------------------------------------------
bindir := $(DESTDIR)$(PREFIX)/bin
mandir := $(DESTDIR)$(PREFIX)/share/man/man1
themedir := $(DESTDIR)$(PREFIX)/share/mxscope/themes
sharedir := $(DESTDIR)$(PREFIX)/share
# shell:file, written by the program itself
completions := bash:bash-completion/completions/mxscope zsh:zsh/site-functions/_mxscope \
               fish:fish/vendor_completions.d/mxscope.fish

## install       program, manual page, completions and themes below PREFIX (/usr/local), under DESTDIR
install: all
	install -d $(bindir) $(mandir) $(themedir)
	install -m 755 $(BUILD)/mxscope $(bindir)/mxscope
	install -m 644 src/mxscope.1 $(mandir)/mxscope.1
	install -m 644 $(wildcard themes/*.theme) $(themedir)
	for c in $(completions); do install -d $(sharedir)/$$(dirname $${c#*:}) && \
		$(BUILD)/mxscope --completion $${c%%:*} >$(sharedir)/$${c#*:} || exit 1; done

## uninstall     removes what install put there
uninstall:
	rm -f $(bindir)/mxscope $(mandir)/mxscope.1 $(foreach c,$(completions),$(sharedir)/$(lastword $(subst :, ,$(c)))) $(patsubst themes/%,$(themedir)/%,$(wildcard themes/*.theme))
	-rmdir $(themedir) $(themedir:/themes=) 2>/dev/null

## dist          the committed tree as an archive, in the build folder
dist:
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
