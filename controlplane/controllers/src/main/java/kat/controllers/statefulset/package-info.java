/// StatefulSets: numbered pods with names, claims and an order.
///
/// Read [kat.controllers.statefulset.StatefulSetController], then
/// [kat.controllers.statefulset.StatefulSync], which decides; `Identity` makes pods and claims.
///
/// Nothing here knows how volumes are bound or names resolved.
@NullMarked
package kat.controllers.statefulset;

import org.jspecify.annotations.NullMarked;
