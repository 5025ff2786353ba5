/// The ranges of cluster addresses and the addresses that are taken from them, as objects.
///
/// [kat.controllers.servicecidr.ServiceCidrController] keeps the ranges;
/// [kat.controllers.servicecidr.ServiceAddresses] and
/// [kat.controllers.servicecidr.LeakedAddresses] mend the addresses.
///
/// Nothing here gives an address to a Service: the API server does, when the Service is written.
@NullMarked
package kat.controllers.servicecidr;

import org.jspecify.annotations.NullMarked;
