/// What an object may be beyond its schema: Kubernetes' validation, with its fields, reasons,
/// messages and their order.
///
/// Read [kat.api.validation.Validation], the entry point, then [kat.api.validation.Node], in whose
/// terms all rules are written; after that one file a kind.
///
/// Nothing here changes an object or knows who sent it.
@NullMarked
package kat.api.validation;

import org.jspecify.annotations.NullMarked;
