/*
 * Any octets as a certificate that a server shows: what OpenSSL can read of it is told as text that
 * is printable, one line a field, and within its bounds.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509.h>

#include "util/text.h"

#include "net/certificate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run when something does not hold. */
static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* A field is absent, or text. */
static void
check_line(const char *line)
{
	require(line == NULL || text_is_printable(line, strlen(line)));
}

/* Everything told of a certificate. */
static void
check_certificate(const struct tls_certificate *told)
{
	check_line(told->subject);
	check_line(told->issuer);
	check_line(told->key);
	check_line(told->signature);
	check_line(told->sha256);
	require(told->san_count <= TLS_SANS_MAX);
	for (size_t i = 0; i < told->san_count; i++)
		check_line(told->sans[i]);
	require(told->pem == NULL || strncmp(told->pem, "-----BEGIN", 10) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const unsigned char *at = data;
	X509 *certificate = d2i_X509(NULL, &at, (long)size);
	struct tls_certificate told, copy;

	if (certificate != NULL) {
		certificate_describe(&told, certificate);
		check_certificate(&told);
		tls_certificate_copy(&copy, &told);
		check_certificate(&copy);
		tls_certificate_clear(&copy);
		tls_certificate_clear(&told);
	}
	X509_free(certificate);
	ERR_clear_error();
	return 0;
}
