/// Tells which pods stand behind a Service: EndpointSlices, and the older Endpoints.
///
/// Read [kat.controllers.endpointslice.ServicePods] for who counts, then
/// [kat.controllers.endpointslice.EndpointSliceController].
///
/// Nothing here routes anything.
@NullMarked
package kat.controllers.endpointslice;

import org.jspecify.annotations.NullMarked;
