/*
 * The words for TLS that several places show: the three facts, and how long a certificate holds.
 */
#ifndef UI_TLS_LINES_H
#define UI_TLS_LINES_H

#include <stdbool.h>

#include "smtp/facts.h"
#include "ui/mark.h"
#include "ui/paper.h"
#include "util/buf.h"

/*
 * Writes in one line, each with its mark, whether STARTTLS was offered, whether the handshake
 * succeeded, and whether the certificate is trusted (chain and name): three facts, of which
 * none follows from another. The gutter stands at the left, or NULL; `rest` behind them where
 * there is room for it whole. Returns whether there was.
 */
bool tls_lines_facts(struct paper *paper, const char *gutter, int indent,
    const struct smtp_facts *probe, const char *rest);

/*
 * Appends how many days the certificate has left, or since when it has none. Returns the mark.
 */
enum mark tls_lines_days(
    const struct tls_certificate *certificate, int64_t now_time, struct buf *out);

#endif
