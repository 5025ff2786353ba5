/// Fills roles that are the sum of other roles: `admin`, `edit`, `view`.
///
/// [kat.controllers.clusterrole.ClusterRoleAggregation] is all there is.
///
/// Nothing here decides who may do what.
@NullMarked
package kat.controllers.clusterrole;

import org.jspecify.annotations.NullMarked;
