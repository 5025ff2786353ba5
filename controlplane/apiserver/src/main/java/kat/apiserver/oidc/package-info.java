/// Users of other identity providers: tokens that these signed, and what their claims make of them.
///
/// Read [kat.apiserver.oidc.JwtConfig], what is configured of one issuer, then
/// [kat.apiserver.oidc.JwtLogin], which judges its tokens with the keys that
/// [kat.apiserver.oidc.IssuerKeys] fetches.
///
/// Nothing here knows requests or permissions.
@NullMarked
package kat.apiserver.oidc;

import org.jspecify.annotations.NullMarked;
