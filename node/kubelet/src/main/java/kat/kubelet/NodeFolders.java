package kat.kubelet;

import java.nio.file.Path;

/// Where a node's figures are read.
///
/// @param proc where the kernel's files are, usually `/proc`
/// @param kubelet any folder on the disk of the kubelet
record NodeFolders(Path proc, Path kubelet) {}
