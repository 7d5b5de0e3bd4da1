/*
 * The facts of a handshake as a value: copied, freed, asked for the server's own certificate.
 * Decides nothing: net/tls.c fills them, mail/ judges them.
 */
#include <stdlib.h>

#include "util/mem.h"

#include "smtp/tls_facts.h"

NAMES_DEFINE(tls_chain, TLS_CHAINS)

void
tls_certificate_copy(struct tls_certificate *to, const struct tls_certificate *from)
{
	*to = *from;
	to->subject = mem_strdup(from->subject);
	to->issuer = mem_strdup(from->issuer);
	to->key = mem_strdup(from->key);
	to->signature = mem_strdup(from->signature);
	to->sha256 = mem_strdup(from->sha256);
	to->pem = mem_strdup(from->pem);
	to->sans = mem_calloc(from->san_count, sizeof *to->sans);
	for (size_t i = 0; i < from->san_count; i++)
		to->sans[i] = mem_strdup(from->sans[i]);
}

void
tls_certificate_clear(struct tls_certificate *certificate)
{
	free(certificate->subject);
	free(certificate->issuer);
	free(certificate->key);
	free(certificate->signature);
	free(certificate->sha256);
	free(certificate->pem);
	for (size_t i = 0; i < certificate->san_count; i++)
		free(certificate->sans[i]);
	free(certificate->sans);
	*certificate = (struct tls_certificate){ 0 };
}

const struct tls_certificate *
tls_facts_leaf(const struct tls_facts *facts)
{
	static const struct tls_certificate unknown;

	return facts->certificate_count > 0 ? &facts->certificates[0] : &unknown;
}

void
tls_facts_copy(struct tls_facts *to, const struct tls_facts *from)
{
	struct tls_facts copy = *from;

	copy.version = mem_strdup(from->version);
	copy.cipher = mem_strdup(from->cipher);
	copy.certificates = mem_calloc(from->certificate_count, sizeof *copy.certificates);
	for (size_t i = 0; i < from->certificate_count; i++)
		tls_certificate_copy(&copy.certificates[i], &from->certificates[i]);
	tls_facts_clear(to);
	*to = copy;
}

void
tls_facts_clear(struct tls_facts *facts)
{
	free(facts->version);
	free(facts->cipher);
	for (size_t i = 0; i < facts->certificate_count; i++)
		tls_certificate_clear(&facts->certificates[i]);
	free(facts->certificates);
	*facts = (struct tls_facts){ 0 };
}
