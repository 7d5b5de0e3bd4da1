/*
 * OpenSMTPD 6.8 as Debian 12 builds it can encrypt nothing: it notes whose private key is meant in the
 * extra data of the RSA or EC_KEY that it takes out of a certificate's public key, and asks another of its
 * processes to sign. With OpenSSL 1.1 that was the key itself; since 3.0 it is a copy, the note is lost with it,
 * and every handshake ends with alert 80. Loaded before the program, this puts the copy back into
 * the key that it was taken from, so that the note stays. The server is otherwise as it is; without
 * this, it is the server `unmended` of the cases.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <dlfcn.h>
#include <openssl/evp.h>

/* The RSA key in `key`, for as long as `key` holds it. */
struct rsa_st *
EVP_PKEY_get1_RSA(EVP_PKEY *key)
{
	struct rsa_st *(*next)(EVP_PKEY *) =
	    (struct rsa_st * (*)(EVP_PKEY *)) dlsym(RTLD_NEXT, "EVP_PKEY_get1_RSA");
	struct rsa_st *rsa = next(key);

	if (rsa != NULL)
		EVP_PKEY_set1_RSA(key, rsa);
	return rsa;
}

/* The elliptic curve key in `key`, for as long as `key` holds it. */
struct ec_key_st *
EVP_PKEY_get1_EC_KEY(EVP_PKEY *key)
{
	struct ec_key_st *(*next)(EVP_PKEY *) =
	    (struct ec_key_st * (*)(EVP_PKEY *)) dlsym(RTLD_NEXT, "EVP_PKEY_get1_EC_KEY");
	struct ec_key_st *ec = next(key);

	if (ec != NULL)
		EVP_PKEY_set1_EC_KEY(key, ec);
	return ec;
}
