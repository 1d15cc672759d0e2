/**
 * What opens the stand-ins. Anybody may know these values: they work on loopback addresses only and open nothing
 * else. The real vendors' prefixes are kept, so that checks on the form of a key hold here too.
 */
export const stripeSecretKey = 'sk_test_sandbox0123456789abcdefghijklmn';
export const stripeWebhookSecret = 'whsec_sandbox0123456789abcdefghijklmn';
export const intercomToken = 'dG9rOnNhbmRib3g_0123456789abcdefghij=';
export const intercomClientSecret = 'sandbox-intercom-client-secret';
export const acmeToken = 'acme_test_sandbox0123456789';
export const acmeSigningSecret = 'whsec_YWNtZS1ib2FyZHMtc2FuZGJveC1zaWduaW5nLWtleQ==';
export const scimToken = 'scim_test_sandbox0123456789';
