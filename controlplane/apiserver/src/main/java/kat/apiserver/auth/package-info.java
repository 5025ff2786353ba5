/// Who asks, and what they may: certificates, tokens, RBAC.
///
/// Read [kat.apiserver.auth.User], [kat.apiserver.auth.Authenticator], then
/// [kat.apiserver.auth.Authorizer].
///
/// Nothing here knows HTTP connections or how objects are written.
@NullMarked
package kat.apiserver.auth;

import org.jspecify.annotations.NullMarked;
