/// Images beyond finding and pulling them: credentials for registries, and which images may go when
/// the disk fills.
///
/// Read [kat.kubelet.images.Keyring] for credentials.
///
/// Nothing here knows pods' lives; images are reached only through [kat.cri.ImageService].
@NullMarked
package kat.kubelet.images;

import org.jspecify.annotations.NullMarked;
