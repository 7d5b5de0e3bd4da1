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
	    (probe->outcome == SMTP_TIMEOUT || probe->doubt == SMTP_DOUBT_PORT_FILTERED ||
		probe->doubt == SMTP_DOUBT_FAMILY_SILENT);
}

/* True when a packet came back from the port. */
static bool
is_answer(const struct smtp_facts *probe)
{
	return probe->stage > SMTP_STAGE_CONNECT || probe->outcome == SMTP_REFUSED ||
	    probe->outcome == SMTP_RESET;
}

/* Remembers one more silent address, when it is another one and more are needed: false when not. */
static bool
note_silence(struct gate_side *side, const struct ip_addr *ip)
{
	for (size_t i = 0; i < side->silent_count; i++) {
		if (ip_equal(&side->silent[i], ip))
			return false;
	}
	if (side->silent_count == PORT_GATE_SILENT_MIN)
		return false;
	side->silent[side->silent_count++] = *ip;
	return true;
}

/* Remembers that something has answered: false when that was known. */
static bool
note_answer(struct gate_side *side)
{
	bool known = side->answered;

	side->answered = true;
	return !known;
}

bool
gate_note(struct gate *gate, const struct ip_addr *ip, const struct smtp_facts *probe)
{
	struct gate_side *side = ip->family == 6 ? &gate->ipv6 : &gate->ipv4;

	if (probe->outcome == SMTP_SKIPPED)
		return false;
	if (is_answer(probe))
		return note_answer(side);
	return is_silent(probe) && note_silence(side, ip);
}

enum port_gate
gate_state(const struct gate *gate)
{
	if (gate->ipv4.answered || gate->ipv6.answered)
		return PORT_GATE_OPEN;
	return gate->ipv4.silent_count + gate->ipv6.silent_count >= PORT_GATE_SILENT_MIN
	    ? PORT_GATE_FILTERED
	    : PORT_GATE_UNKNOWN;
}

/* True where the one side is silent, of several hosts, and the other is not. */
static bool
is_lost(const struct gate_side *side, const struct gate_side *other)
{
	return other->answered && !side->answered && side->silent_count == PORT_GATE_SILENT_MIN;
}

unsigned
gate_silent_family(const struct gate *gate)
{
	if (is_lost(&gate->ipv6, &gate->ipv4))
		return 6;
	return is_lost(&gate->ipv4, &gate->ipv6) ? 4 : 0;
}

/* What a silence is worth. */
struct worth {
	enum smtp_outcome outcome;
	enum smtp_doubt doubt;
};

/* What the silence of an address of this family is worth. */
static struct worth
worth_of(const struct gate *gate, unsigned family)
{
	const struct gate_side *side = family == 6 ? &gate->ipv6 : &gate->ipv4;

	switch (gate_state(gate)) {
	case PORT_GATE_UNKNOWN:
		return (struct worth){ SMTP_TIMEOUT, SMTP_DOUBT_PORT_UNPROVEN };
	case PORT_GATE_FILTERED:
		return (struct worth){ SMTP_INCONCLUSIVE, SMTP_DOUBT_PORT_FILTERED };
	case PORT_GATE_OPEN:
		break;
	}
	if (side->answered)
		return (struct worth){ SMTP_TIMEOUT, SMTP_DOUBT_NONE };
	return gate_silent_family(gate) == family
	    ? (struct worth){ SMTP_INCONCLUSIVE, SMTP_DOUBT_FAMILY_SILENT }
	    : (struct worth){ SMTP_TIMEOUT, SMTP_DOUBT_FAMILY_UNPROVEN };
}

void
gate_judge(const struct gate *gate, const struct ip_addr *ip, struct smtp_facts *probe)
{
	struct worth worth = worth_of(gate, ip->family);

	if (!is_silent(probe))
		return;
	probe->outcome = worth.outcome;
	probe->doubt = worth.doubt;
}

void
gate_judge_facts(const struct gate *gate, struct mail_facts *facts)
{
	struct gate own = { .ipv4 = { .answered = false } };

	for (size_t i = 0; i < facts->target_count && !gate; i++) {
		if (facts->targets[i].probe)
			gate_note(&own, &facts->targets[i].ip, facts->targets[i].probe);
	}
	for (size_t i = 0; i < facts->target_count; i++) {
		const struct mail_target *target = &facts->targets[i];

		if (target->probe)
			gate_judge(gate ? gate : &own, &target->ip, target->probe);
	}
}

bool
gate_lacks_family(const struct smtp_facts *probe)
{
	return probe->doubt == SMTP_DOUBT_NO_ROUTE || probe->doubt == SMTP_DOUBT_FAMILY_SILENT;
}
