# The tests: programs of the test rooms, stories, comparisons with real servers. Included by the
# Makefile, which knows how a program is linked (program) and what is below a room (below_ROOM).

suites := unit lookup-stories dnssec-stories dialogue-stories plan-stories walk-stories lab-tests report-stories fuzz-replay screen-stories \
          hostile hardening limits cli-stories manual peers

## test          dependencies, build, every test
test: deps-test
	$(Q)$(MAKE) --no-print-directory all
	$(Q)MAKE='$(MAKE)' sh tests/all.sh $(BUILD) $(suites)
.PHONY: test $(suites)

# runs programs one after another, up to the first that fails
run_each = $(Q)for t in $(1); do $$t || exit 1; done

# --- unit tests: tests/unit/ROOM/NAME.c links with its room and what is below ------------
unit_names := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*/*.c))
unit_tests := $(unit_names:%=$(BUILD)/tests/unit/%)
$(foreach n,$(unit_names),$(eval $(call program,unit/$(n),tests/unit/$(n).c,$(below_$(patsubst %/,%,$(dir $(n)))),-lcmocka -lm)))
# what the standard offers in place of Linux's calls gives the same
$(eval $(call program,unit/util/platform_portable,tests/unit/util/platform.c src/util/platform.c,$(below_util),-lcmocka -DMXSCOPE_PORTABLE))
unit_tests += $(BUILD)/tests/unit/util/platform_portable

unit: $(unit_tests)
	$(call run_each,$(unit_tests))
# `make unit-dns`: only the unit tests of one room
unit-%:
	$(Q)$(MAKE) --no-print-directory $(filter $(BUILD)/tests/unit/$*/%,$(unit_tests))
	$(call run_each,$(filter $(BUILD)/tests/unit/$*/%,$(unit_tests)))

# --- laboratory and network tests --------------------------------------------------------
# tests/lab/test_NAME.c are programs on real loopback sockets; the other files there are their
# servers and clocks. They need no network, no root and no fixed port.
lab_names   := $(patsubst tests/lab/%.c,%,$(wildcard tests/lab/test_*.c))
lab_tests   := $(lab_names:%=$(BUILD)/tests/lab/%)
lab_support := $(patsubst tests/%.c,$(BUILD)/tests/%.o,\
                 $(filter-out tests/lab/test_%,$(wildcard tests/lab/*.c)) tests/dnssec/signer.c tests/dnssec/tree.c)
$(foreach n,$(lab_names),$(eval $(call program,lab/$(n),tests/lab/$(n).c $(lab_support),$(below_lab),-lcmocka)))

$(BUILD)/tests/%.o: tests/%.c $(flags)
	$(say) CC tests/$*.c
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -Itests -MMD -MP -c -o $@ $<

lab-tests: $(lab_tests)
	$(call run_each,$(lab_tests))

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

# --- DNSSEC stories: zones signed by the test, judged by dns/dnssec, denial and chain -------
dnssec_names   := $(patsubst tests/dnssec/%.c,%,$(wildcard tests/dnssec/test_*.c))
dnssec_tests   := $(dnssec_names:%=$(BUILD)/tests/dnssec/%)
dnssec_support := $(patsubst tests/%.c,$(BUILD)/tests/%.o,\
                    $(filter-out tests/dnssec/test_%,$(wildcard tests/dnssec/*.c)))
$(foreach n,$(dnssec_names),$(eval $(call program,dnssec/$(n),tests/dnssec/$(n).c $(dnssec_support),$(below_dns),-lcmocka)))
dnssec-stories: $(dnssec_tests)
	$(call run_each,$(dnssec_tests))

# --- told stories, in virtual time ---------------------------------------------------------
# dns/lookup by tests/lookup/*.rpl, smtp/session by tests/dialogue/*.smtp, mail/plan, verdict and
# findings by tests/plan/*.plan, and the walkthrough of every scenario by tests/walk/*.txt, which
# MXSCOPE_PICTURES=write make walk-stories writes anew
runner_of = $(BUILD)/tests/$(1)/runner
sources_in = $(wildcard tests/$(1)/*.[ch])
$(eval $(call program,lookup/runner,$(call sources_in,lookup),$(below_dns)))
$(eval $(call program,dialogue/runner,$(call sources_in,dialogue),$(below_smtp)))
$(eval $(call program,plan/runner,$(call sources_in,plan),$(below_mail),-lm))
$(eval $(call program,walk/runner,$(call sources_in,walk),$(linked)))

lookup-stories: $(call runner_of,lookup)
	$(Q)$< tests/lookup/*.rpl
dialogue-stories: $(call runner_of,dialogue)
	$(Q)$< tests/dialogue/*.smtp
plan-stories: $(call runner_of,plan)
	$(Q)$< --whole tests/plan/*.plan
walk-stories: $(call runner_of,walk)
	$(Q)$< tests/walk

# --- screen stories: the program on a pseudo-terminal, told by tests/screen/*.test ---------
screen_runner := $(call runner_of,screen)
$(eval $(call program,screen/runner,$(call sources_in,screen),$(below_util),$(shell pkg-config --cflags --libs vterm 2>/dev/null) -lutil))
screen-stories: $(screen_runner) $(BUILD)/mxscope
	$(Q)$(screen_runner) $(BUILD)/mxscope $(wildcard tests/screen/*.test)
	$(Q)sh tests/screen/replays.sh $(screen_runner) $(BUILD)/mxscope

cli-stories: $(BUILD)/mxscope
	$(Q)sh tests/screen/cli.sh $(BUILD)/mxscope

## screenshots   pictures of real runs in the laboratory, into screenshots/; where rsvg-convert is, as PNG into build/, too
screenshots: $(screen_runner) $(BUILD)/mxscope
	$(Q)PICTURES=$(CURDIR)/screenshots $(screen_runner) $(BUILD)/mxscope $(wildcard tests/screenshots/*.test)
	$(Q)! command -v rsvg-convert >/dev/null || for p in screenshots/*.svg; do \
		rsvg-convert $$p -o $(BUILD)/$$(basename $$p .svg).png || exit 1; done
## pictures      every view in three sizes and three themes, to be looked at: VIEWS='map chain' FOLDER=build/pictures
pictures: $(screen_runner) $(BUILD)/mxscope
	$(Q)sh tests/screenshots/views.sh $(BUILD)/mxscope $(screen_runner) $(or $(FOLDER),$(BUILD)/pictures) $(VIEWS)
.PHONY: screenshots pictures

# every byte that could harm, from every source, against everything that is written
$(eval $(call program,hostile/server,$(call sources_in,hostile) $(lab_support),$(below_lab),-lcmocka))
hostile: $(BUILD)/tests/hostile/server $(screen_runner) $(BUILD)/mxscope
	$(Q)sh tests/hostile/run.sh $(BUILD)/mxscope $(BUILD)/tests/hostile/server $(screen_runner)

# --- hardening: what the binary is, and what an intruder in it would reach ---------------
intruder := $(BUILD)/tests/hardening/intruder.so
$(intruder): tests/hardening/intruder.c | $(flags)
	$(say) TEST hardening/intruder
	$(Q)mkdir -p $(@D)
	$(Q)$(firstword $(filter-out ccache,$(CC))) -std=c11 -D_GNU_SOURCE $(WARNINGS) -O1 -fPIC -shared -o $@ $<
hardening: $(BUILD)/mxscope $(intruder)
	$(Q)sh tests/hardening/flags.sh $(BUILD)/mxscope $(BUILD)
	$(Q)sh tests/hardening/confine.sh $(abspath $(BUILD)/mxscope $(intruder))

# --- faults: every allocation, every system call of network and files, each failing once ------
shim := $(BUILD)/tests/faults/shim.so
$(shim): tests/faults/shim.c | $(flags)
	$(say) TEST faults/shim
	$(Q)mkdir -p $(@D)
	$(Q)$(firstword $(filter-out ccache,$(CC))) -std=c11 -D_GNU_SOURCE $(WARNINGS) -O1 -g -fno-builtin -fPIC -shared -o $@ $< -ldl

PARTS ?= units report calls screen files
STEP  ?= 1
## faults        each resource fails once, everywhere (an hour): PARTS='units report calls screen files' STEP=1
faults: $(BUILD)/mxscope $(unit_tests) $(shim)
	$(Q)BUILD=$(BUILD) SHIM=$(shim) STEP=$(STEP) python3 tests/faults/run.py $(PARTS)
.PHONY: faults

# --- fuzz targets: tests/fuzz/fuzz_NAME.c over the pure rooms --------------------------------
fuzz_rooms   := $(filter-out lab,$(linked))
fuzz_names   := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz_support := tests/dialogue/invariants.c
# the inputs kept for a target
corpus_of     = $(wildcard tests/fuzz/corpus/$(1) tests/fuzz/corpus/fuzz_$(1))
$(foreach n,$(fuzz_names),\
	$(eval $(call program,fuzz/fuzz_$(n),tests/fuzz/fuzz_$(n).c tests/fuzz/replay.c $(fuzz_support),$(fuzz_rooms)))\
	$(eval $(call program,fuzz/live_$(n),tests/fuzz/fuzz_$(n).c $(fuzz_support),$(fuzz_rooms),-fsanitize=fuzzer)))

fuzz-replay: $(fuzz_names:%=$(BUILD)/tests/fuzz/fuzz_%)
	$(Q)$(foreach name,$(fuzz_names),$(BUILD)/tests/fuzz/fuzz_$(name) $(call corpus_of,$(name)) &&) true
	@echo "$(words $(fuzz_names)) fuzz targets replayed their corpora"

## fuzz          fuzz targets with libFuzzer: make fuzz TARGET=message SECONDS=60; TARGET="name zone" or TARGET=all
TARGET  ?= message
SECONDS ?= 60
fuzz_chosen = $(if $(filter all,$(TARGET)),$(fuzz_names),$(TARGET))
fuzz:
	$(Q)$(MAKE) --no-print-directory BUILD=$(BUILD)/fuzz CC=clang \
		CFLAGS='-O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined' \
		$(fuzz_chosen:%=$(BUILD)/fuzz/tests/fuzz/live_%)
	$(Q)python3 tests/fuzz/round.py $(BUILD)/fuzz $(SECONDS) $(fuzz_chosen)
.PHONY: fuzz

## fuzz-program  the whole program, sanitized, against random servers with random keys: SECONDS=60
## soak          a long session against faulty servers: nothing may grow, no frame be late: SECONDS=1800
sanitized := $(BUILD)/sanitized
fuzz-program:
	$(Q)$(MAKE) --no-print-directory BUILD=$(sanitized) CC=clang \
		CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all' $(sanitized)/mxscope
	$(Q)LSAN_OPTIONS=suppressions=$(CURDIR)/tests/leaks.supp:print_suppressions=0 \
		python3 tests/fuzz/program.py $(sanitized)/mxscope $(SECONDS)
soak: $(BUILD)/mxscope
	$(Q)PYTHONDONTWRITEBYTECODE=1 python3 tests/fuzz/soak.py $(BUILD)/mxscope $(SECONDS)
.PHONY: fuzz-program soak

# --- checks ----------------------------------------------------------------------------------
## check-layers  proves that every room keeps to its layer and its doors
check-layers: all
	$(Q)sh tests/layers.sh $(BUILD)

## check-portable proves by flags only that musl, BSD and macOS need no rewrite
check-portable: all
	$(Q)sh tests/portable.sh $(BUILD) $(filter-out ccache,$(CC)) $(ALL_CFLAGS)

## check-package installs, uses, uninstalls; packs, unpacks and builds without git
check-package: all
	$(Q)sh tests/package.sh '$(MAKE)' $(BUILD) '$(CC)'

## coverage      lines and branches that unit, story, lab and report tests run (gcov), room by room
measured := $(BUILD)/measured
coverage:
	$(Q)$(MAKE) --no-print-directory BUILD=$(measured) CC=gcc CFLAGS='-O0 -g --coverage -DMXSCOPE_MEASURED' \
		all unit lookup-stories dnssec-stories dialogue-stories plan-stories walk-stories lab-tests report-stories fuzz-replay
	$(Q)sh tests/coverage.sh $(measured)
.PHONY: coverage

## lint          clang-tidy, gcc -fanalyzer and cppcheck; what they may not say, and why, is in .clang-tidy and tests/lint.sh
lint: all
	$(Q)sh tests/lint.sh $(BUILD)
.PHONY: lint

## memcheck      every test program and the program itself under valgrind (takes a while)
memcheck:
	@CC='$(CC)' sh src/deps.sh install build test memcheck
	$(Q)$(MAKE) --no-print-directory all $(unit_tests) $(lab_tests) $(foreach r,lookup dialogue plan screen,$(call runner_of,$(r)))
	$(Q)sh tests/memcheck.sh $(BUILD)

# the limits, as headers, tests and manual tell them
limits: all
	$(Q)MXSCOPE=$(BUILD)/mxscope sh tests/limits/run.sh $(filter-out ccache,$(CC)) $(ALL_CFLAGS)

# the manual pages as the program writes them, without a warning of two formatters
manual: $(BUILD)/mxscope
	$(Q)sh tests/manual.sh $(BUILD)/mxscope

format-check:
	$(Q)find src include tests -name '*.[ch]' | xargs clang-format --dry-run -Werror
.PHONY: check-layers check-portable check-package memcheck format-check

# --- peers: beside nsd, unbound, Postfix, Exim and OpenSMTPD ---------------------------
# What is unpacked stays in PEERS, so that other builds of the same tree can share it.
PEERS ?= $(BUILD)/peers
## peers         compares with real servers in namespaces of their own (tests/peers)
peers: $(BUILD)/mxscope
	$(Q)sh tests/peers/run.sh $(BUILD)/mxscope $(PEERS)
## senders       Postfix, Exim, OpenSMTPD and Sendmail as senders beside our plans (tests/peers/senders; takes minutes)
senders: $(BUILD)/mxscope
	$(Q)PEERS_BARE=1 sh tests/peers/run.sh $(BUILD)/mxscope $(PEERS) \
		python3 $(CURDIR)/tests/peers/senders/compare.py $(abspath $(BUILD))/mxscope
	$(Q)PEERS_BARE=1 sh tests/peers/run.sh $(BUILD)/mxscope $(PEERS) \
		python3 $(CURDIR)/tests/peers/senders/retries.py $(abspath $(BUILD))/mxscope
.PHONY: senders
