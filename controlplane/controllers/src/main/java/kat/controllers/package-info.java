/// Controllers, one package each.
///
/// Read [kat.controllers.Controllers], which lists them, then `kat.controllers.replicaset` as the
/// simplest whole one. Each is a [kat.client.Controller]: pure, from what is seen to a plan.
///
/// Nothing here runs anything, keeps state between two decisions, or knows a store.
@NullMarked
package kat.controllers;

import org.jspecify.annotations.NullMarked;
