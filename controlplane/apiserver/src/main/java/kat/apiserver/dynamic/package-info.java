/// Admission that users bring: webhooks, and policies written in CEL.
///
/// Read [kat.apiserver.dynamic.DynamicAdmission], the entry point, then
/// [kat.apiserver.dynamic.Registrations], which holds what is registered,
/// [kat.apiserver.dynamic.Matching], which decides what applies, and the dispatchers:
/// [kat.apiserver.dynamic.MutatingWebhooks], [kat.apiserver.dynamic.ValidatingWebhooks],
/// [kat.apiserver.dynamic.MutatingPolicies], [kat.apiserver.dynamic.ValidatingPolicies].
///
/// Nothing here knows HTTP requests or writes to the store.
@NullMarked
package kat.apiserver.dynamic;

import org.jspecify.annotations.NullMarked;
