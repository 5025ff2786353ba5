/// Empties namespaces that are to be deleted.
///
/// Read [kat.controllers.namespace.NamespaceEmptying], the pure decision, then
/// [kat.controllers.namespace.NamespaceController], which looks and acts.
///
/// Nothing here knows a particular kind.
@NullMarked
package kat.controllers.namespace;

import org.jspecify.annotations.NullMarked;
