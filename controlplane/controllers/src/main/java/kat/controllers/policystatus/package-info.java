/// Tells authors of validating admission policies which of their expressions do not fit the types
/// of what the policies are about.
///
/// One small controller that stands alone; [kat.api.policy.TypeChecks] does the work.
///
/// Nothing here decides about requests.
@NullMarked
package kat.controllers.policystatus;

import org.jspecify.annotations.NullMarked;
