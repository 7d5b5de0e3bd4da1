/*
 * The terms of an SPF record (RFC 7208 4.6, 12): posture.c finds the record.
 */
#ifndef MAIL_POSTURE_SPF_H
#define MAIL_POSTURE_SPF_H

#include "mail/posture.h"

/*
 * Reads what stands behind "v=spf1" into record->all and record->redirect. Returns NULL, or a
 * sentence (the caller frees it) about the first term that receivers would stumble over, for which
 * they take the whole record as broken (permerror).
 */
char *posture_spf_read(struct posture_record *record, const char *terms);

#endif
