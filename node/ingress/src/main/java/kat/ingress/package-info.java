/// Ingress: HTTP routing from Ingress objects inside the process.
///
/// Read [kat.ingress.IngressController] (watches objects, makes tables of them, tells what is
/// wrong), then the two halves below it: [kat.ingress.route] decides purely, [kat.ingress.proxy]
/// passes data.
///
/// Nothing here knows how packets reach servers, or who composes the process.
@NullMarked
package kat.ingress;

import org.jspecify.annotations.NullMarked;
