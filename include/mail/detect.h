/*
 * Inside the room: how a finding is looked for. Each row of finding.c's table has one of the
 * functions below, which reports what it sees; severity, rule and fix come from the row.
 */
#ifndef MAIL_DETECT_H
#define MAIL_DETECT_H

#include "mail/facts.h"
#include "mail/finding.h"
#include "mail/plan.h"

enum {
	DETECT_DOMAIN = -1, /* the subject of a finding about the domain as a whole */
	DETECT_EXCHANGES_MANY = 10, /* more than this is many (RFC 7208 4.6.4 counts them) */
	DETECT_TTL_SHORT = 60, /* seconds */
	DETECT_EXPIRING = 14, /* days */
};

/* What a detector sees, and where it reports. */
struct sight {
	const struct mail_facts *facts;
	const struct plan *plan;
	const struct finding_settings *settings;
	struct report *report;
};

/* Reports the finding of the current row about an exchange, or DETECT_DOMAIN. */
void detect_report(struct sight *sight, long exchange, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with a severity other than the row's. */
void detect_report_as(struct sight *sight, enum finding_severity severity, long exchange,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* One detector. */
typedef void detector(struct sight *sight);

/* From the DNS: detect_dns.c. */
detector detect_mx_none, detect_mx_null_mixed, detect_mx_null_preference, detect_mx_localhost,
    detect_mx_literal, detect_mx_unresolvable, detect_mx_special_address, detect_mx_alias,
    detect_mx_duplicate, detect_dns_bogus, detect_dns_temporary, detect_dns_suspicious,
    detect_dns_remark, detect_domain_alias, detect_domain_dotless, detect_mx_implicit,
    detect_mx_single, detect_mx_single_address, detect_mx_many, detect_mx_ttl;

/* From a comparison of the name servers: detect_servers.c. */
detector detect_ns_lame, detect_mx_inconsistent, detect_ns_inconsistent, detect_ns_serial;

/* From the names of addresses: detect_reverse.c. */
detector detect_ptr_missing, detect_ptr_mismatch;

/* About TLS policies: detect_policy.c. */
detector detect_dane_mismatch, detect_dane_lookup, detect_dane_unusable,
    detect_dane_insecure_mx, detect_sts_mismatch, detect_sts_backup_mismatch,
    detect_sts_invalid, detect_sts_unreachable;

/* From the probes: detect_smtp.c. */
detector detect_starttls_injection, detect_starttls_missing, detect_tls_expired,
    detect_tls_expiring, detect_tls_mismatch, detect_rate_limited, detect_greylisted,
    detect_port_25_filtered, detect_smtp_violation, detect_smtputf8_some, detect_size_differs;

#endif
