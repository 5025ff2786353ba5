/// Images from sources: which files count, what the image is called, how it is built, and how
/// it reaches the cluster.
///
/// Read [kat.dev.build.Builds], which builds what changed; [kat.dev.build.InputDigest] tells
/// what did. Built images lie in a [kat.dev.build.ImageStore], layers that repeat only once,
/// and go from there to a [kat.dev.build.Target].
///
/// Nothing here knows of manifests.
@NullMarked
package kat.dev.build;

import org.jspecify.annotations.NullMarked;
