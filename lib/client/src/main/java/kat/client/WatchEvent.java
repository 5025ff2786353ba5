package kat.client;

import kat.api.KubeObject;
import kat.api.Status;

/// One message of a watch.
public sealed interface WatchEvent {

    /// An object came into the watch's view.
    record Added(KubeObject object) implements WatchEvent {}

    record Modified(KubeObject object) implements WatchEvent {}

    /// An object was deleted or left the watch's view; its last form, with the version of
    /// the event.
    record Deleted(KubeObject object) implements WatchEvent {}

    /// Everything up to this revision was sent.
    record Bookmark(long revision) implements WatchEvent {}

    /// The watch has ended; `Expired` means: list again.
    record Failed(Status status) implements WatchEvent {}
}
