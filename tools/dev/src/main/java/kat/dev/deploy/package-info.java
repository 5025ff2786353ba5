/// Manifests with the images that were built, and what happens to them in a cluster: applied,
/// waited for, followed, taken away.
///
/// Read [kat.dev.deploy.Deployer]; [kat.dev.deploy.Rendering] makes manifests,
/// [kat.dev.deploy.StatusCheck] waits, [kat.dev.deploy.LogTail] and [kat.dev.deploy.Forwards]
/// follow. The cluster is reached by the machine's kubectl and by Helm, with any kubeconfig.
///
/// Nothing here builds images.
@NullMarked
package kat.dev.deploy;

import org.jspecify.annotations.NullMarked;
