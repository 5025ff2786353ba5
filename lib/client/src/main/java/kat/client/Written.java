package kat.client;

import kat.api.KubeObject;

/// What a write left behind.
///
/// @param object as it stands now; after a deletion its last form
/// @param revision the store's revision of the write; 0 where the server does not tell, and the
///     revision of the object as it was where nothing had to be written
public record Written(KubeObject object, long revision) {}
