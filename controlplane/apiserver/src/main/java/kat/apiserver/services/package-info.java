/// Addresses and ports of Services: who has which, and what a new one gets.
///
/// Read [kat.apiserver.services.ServiceReservations] first.
///
/// Nothing here knows HTTP or how packets reach a Service.
@NullMarked
package kat.apiserver.services;

import org.jspecify.annotations.NullMarked;
