/// Webhook configurations and admission policies as objects: what may be stored, how their
/// expressions are compiled, which types these see.
///
/// Read [kat.api.policy.RegistrationValidation], the entry point for the rules of all six kinds,
/// then [kat.api.policy.PolicyCompiler], which compiles expressions for the rules and for those who
/// act on them.
///
/// Nothing here runs an expression, calls a webhook or knows a request.
@NullMarked
package kat.api.policy;

import org.jspecify.annotations.NullMarked;
