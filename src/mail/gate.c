/*
 * The gate to port 25. Decides what counts as an answer (a connection, or its refusal: a packet
 * came back) and how many silences are one too many; what the user is told is left to
 * detect_smtp.c and verdict_end.c.
 */
#include "mail/gate.h"

NAMES_DEFINE(port_gate, PORT_GATES)

/* True when the connection was never answered, whatever it was taken for. */
static bool
is_silent(const struct smtp_facts *probe)
{
	return probe->stage == SMTP_STAGE_CONNECT &&
	    (probe->outcome == SMTP_TIMEOUT || probe->doubt == SMTP_DOUBT_PORT_FILTERED);
}

/* True when a packet came back from the port. */
static bool
is_answer(const struct smtp_facts *probe)
{
	return probe->stage > SMTP_STAGE_CONNECT || probe->outcome == SMTP_REFUSED ||
	    probe->outcome == SMTP_RESET;
}

/* Remembers one more silent address, when it is another one and more are needed. */
static void
note_silence(struct gate *gate, const struct ip_addr *ip)
{
	for (size_t i = 0; i < gate->silent_count; i++) {
		if (ip_equal(&gate->silent[i], ip))
			return;
	}
	if (gate->silent_count < PORT_GATE_SILENT_MIN)
		gate->silent[gate->silent_count++] = *ip;
}

void
gate_note(struct gate *gate, const struct ip_addr *ip, const struct smtp_facts *probe)
{
	if (probe->outcome == SMTP_SKIPPED)
		return;
	if (is_answer(probe))
		gate->answered = true;
	else if (is_silent(probe))
		note_silence(gate, ip);
}

enum port_gate
gate_state(const struct gate *gate)
{
	if (gate->answered)
		return PORT_GATE_OPEN;
	return gate->silent_count >= PORT_GATE_SILENT_MIN ? PORT_GATE_FILTERED
							  : PORT_GATE_UNKNOWN;
}

void
gate_judge(const struct gate *gate, struct smtp_facts *probe)
{
	static const struct {
		enum smtp_outcome outcome;
		enum smtp_doubt doubt;
	} worth[] = {
		[PORT_GATE_UNKNOWN] = { SMTP_TIMEOUT, SMTP_DOUBT_PORT_UNPROVEN },
		[PORT_GATE_OPEN] = { SMTP_TIMEOUT, SMTP_DOUBT_NONE },
		[PORT_GATE_FILTERED] = { SMTP_INCONCLUSIVE, SMTP_DOUBT_PORT_FILTERED },
	};
	enum port_gate state = gate_state(gate);

	if (!is_silent(probe))
		return;
	probe->outcome = worth[state].outcome;
	probe->doubt = worth[state].doubt;
}

void
gate_judge_facts(const struct gate *gate, struct mail_facts *facts)
{
	struct gate own = { 0 };

	for (size_t i = 0; i < facts->target_count && !gate; i++) {
		if (facts->targets[i].probe)
			gate_note(&own, &facts->targets[i].ip, facts->targets[i].probe);
	}
	for (size_t i = 0; i < facts->target_count; i++) {
		if (facts->targets[i].probe)
			gate_judge(gate ? gate : &own, facts->targets[i].probe);
	}
}
