# The benches: each speed is told beside that of a peer in the same run. Included by the Makefile.

bench_program = $(BUILD)/tests/bench/$(1)
pty_bench     := $(call bench_program,pty_bench)
$(eval $(call program,bench/pty_bench,tests/bench/pty_bench.c,$(below_util),-lutil))
$(eval $(call program,bench/wire,tests/bench/wire.c,$(below_util)))
$(eval $(call program,bench/measure,tests/bench/measure.c))
$(foreach n,plan simulate,$(eval $(call program,bench/$(n),tests/bench/$(n).c,$(below_mail))))
$(eval $(call program,bench/views,tests/bench/views.c,$(below_ui),-lcmocka))
$(eval $(call program,bench/history_kill,tests/bench/history_kill.c,$(below_history)))
$(eval $(call program,bench/editor_monkey,tests/bench/editor_monkey.c,$(below_cli)))
$(foreach n,crowd far delay resolve_bench,$(eval $(call program,bench/$(n),tests/bench/$(n).c,$(below_lab))))

## bench         start-up, memory, key-to-screen time and idleness, beside htop and tig
bench: deps-bench
	$(Q)$(MAKE) --no-print-directory all $(addprefix $(BUILD)/tests/bench/,pty_bench plan simulate views)
	$(Q)sh tests/bench/run.sh $(BUILD)/mxscope $(pty_bench)
	$(Q)$(call bench_program,plan)
	$(Q)$(call bench_program,simulate)
	$(Q)$(call bench_program,views)
	$(Q)$(MAKE) --no-print-directory bench-dns

ROUNDS ?= 5
NAMES  ?= 20000
## bench-dns     very many questions, beside dnsperf, massdns and others: ROUNDS=5 NAMES=20000
bench-dns: all $(call bench_program,resolve_bench) $(call bench_program,measure)
	$(Q)sh tests/bench/bulk.sh $(BUILD)/mxscope $(call bench_program,resolve_bench) $(call bench_program,measure) \
		$(BUILD)/peers-dns $(ROUNDS) $(NAMES)
	$(Q)$(MAKE) --no-print-directory bench-path

LIST ?= 100000
## bench-lists   a long list by the DNS alone, its memory, killed and resumed: LIST=100000 ROUNDS=5 MASSDNS=
bench-lists: all $(BUILD)/tests/bench/resolve_bench $(measure)
	$(Q)sh tests/bench/lists.sh $(BUILD)/mxscope $(BUILD)/tests/bench/resolve_bench $(measure) \
		$(BUILD)/peers-dns $(ROUNDS) $(LIST)
.PHONY: bench-lists

RUNS ?= 5
## bench-path    the critical path of one domain under added latency: RUNS=5
bench-path: all $(pty_bench) $(call bench_program,delay)
	$(Q)sh tests/bench/path.sh $(BUILD)/mxscope $(pty_bench) $(call bench_program,delay) \
		$(BUILD)/peers-dns $(RUNS)

## bench-audit   a whole audit of five exchanges over a long wire, beside dig and posttls-finger
bench-audit: all $(foreach n,wire far delay,$(call bench_program,$(n)))
	$(Q)sh tests/bench/audit.sh $(BUILD)/mxscope $(foreach n,wire far delay,$(call bench_program,$(n))) $(BUILD)/peers-dns

## bench-probes  500 probes at once, and the time from a key to the screen meanwhile
bench-probes: $(call bench_program,crowd) $(pty_bench) $(BUILD)/mxscope
	$(Q)sh tests/bench/probes.sh $(BUILD)/mxscope $(pty_bench) $(call bench_program,crowd)

## bench-history the history under kill -9 at 200 moments, and with two writers for a minute
bench-history: $(call bench_program,history_kill)
	$(Q)rm -rf $(BUILD)/history-bench && mkdir -p $(BUILD)/history-bench
	$(Q)$< $(BUILD)/history-bench 200 60

KEYS ?= 4000000
SEED ?= 1
## bench-editor  random keys into the prompt in emacs and vi mode: KEYS=4000000 SEED=1
bench-editor: $(call bench_program,editor_monkey)
	$(Q)$< $(KEYS) $(SEED)
.PHONY: bench bench-dns bench-path bench-audit bench-probes bench-history bench-editor
