package kat.apiserver.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.protobuf.Bytes;
import kat.api.protobuf.Envelope;
import kat.api.protobuf.Message;
import kat.api.protobuf.Messages;
import kat.api.protobuf.ProtobufEncoder;
import kat.apiserver.pace.Turn;
import kat.store.Entry;
import org.jspecify.annotations.Nullable;

/// A kind's objects as protobuf. Each version of an object is encoded once, when it is first asked
/// for in this form, from its stored bytes; lists and watch frames are put together from that.
///
/// **Threads:** any.
public final class ProtobufForm {

    /// More than the tag and the length of a run take.
    private static final int RUN_HEAD = 12;

    private final Resource resource;
    private final Message message;
    private final byte[] head;
    private final byte[] listHead;

    private ProtobufForm(Resource resource, Message message) {
        Kind kind = resource.kind();
        this.resource = resource;
        this.message = message;
        this.head = Envelope.head(kind.apiVersion(), kind.kind());
        this.listHead = Envelope.head(kind.apiVersion(), kind.listKind());
    }

    /// Null when the kind's objects have no such form.
    static @Nullable ProtobufForm of(Resource resource) {
        Message message = Messages.builtIn().of(resource.kind());
        return message == null ? null : new ProtobufForm(resource, message);
    }

    /// Stands in the store's memo of an entry for its message.
    private static final class Stored {
        private final byte[] bytes;

        Stored(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    /// Stands there for the message in the other version in which an entry is served.
    private static final class Converted {
        private final byte[] bytes;

        Converted(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    private byte[] item(Entry entry) {
        if (!resource.isServed(entry)) {
            byte[] json = resource.item(entry); // a memo of its own, so not asked for within one
            return entry.view(
                            Converted.class,
                            _ -> new Converted(ProtobufEncoder.encode(message, json)))
                    .bytes;
        }
        return entry.view(Stored.class, e -> new Stored(ProtobufEncoder.encode(message, e.bytes())))
                .bytes;
    }

    /// An entry as a whole object.
    public byte[] whole(Entry entry) {
        return Envelope.wrap(head, item(entry));
    }

    /// A page as a whole list, in parts that are one behind the other: the items are those that the
    /// entries keep.
    ///
    /// @param continueToken empty when this is the last page
    public List<byte[]> list(Reader.Page page, String continueToken) {
        List<byte[]> parts = new ArrayList<>(2 * page.entries().size() + 2);
        parts.add(listHead);
        int size = 0;
        for (Entry entry : page.entries()) {
            byte[] item = item(entry);
            Bytes head = new Bytes(RUN_HEAD);
            head.runHead(2, item.length);
            parts.add(head.take());
            parts.add(item);
            Turn.loops(parts.size() / 2);
            size += Bytes.sizeOfRun(2, item.length);
        }
        parts.set(0, listHead(metadata(page, continueToken), size));
        parts.add(Envelope.tail());
        return parts;
    }

    /// What stands in front of the items.
    private byte[] listHead(byte[] metadata, int itemsSize) {
        Bytes head = new Bytes(listHead.length + metadata.length + 2 * RUN_HEAD);
        head.raw(listHead);
        head.varint(Bytes.sizeOfRun(1, metadata.length) + itemsSize);
        head.run(1, metadata);
        return head.take();
    }

    private static byte[] metadata(Reader.Page page, String continueToken) {
        long remaining = continueToken.isEmpty() ? 0 : Math.max(0, page.remaining());
        Bytes metadata = new Bytes(64 + continueToken.length());
        metadata.run(2, Long.toString(page.revision()).getBytes(UTF_8));
        if (!continueToken.isEmpty()) {
            metadata.run(3, continueToken.getBytes(UTF_8));
        }
        if (remaining > 0) {
            metadata.number(4, remaining);
        }
        return metadata.take();
    }

    /// Changes as watch frames, one behind the other.
    public byte[] frames(List<WatchFeed.Item> changes) {
        Bytes out = new Bytes(1024 * changes.size());
        for (WatchFeed.Item change : changes) {
            frame(out, change.type().name(), whole(change.entry()));
        }
        return out.take();
    }

    /// A frame around an object that has its envelope.
    public static byte[] frame(String type, byte[] object) {
        Bytes out = new Bytes(object.length + 32);
        frame(out, type, object);
        return out.take();
    }

    /// The length in four bytes, then `meta/v1` WatchEvent: type, and the object in RawExtension.
    private static void frame(Bytes out, String type, byte[] object) {
        byte[] name = type.getBytes(UTF_8);
        int extension = Bytes.sizeOfRun(1, object.length);
        out.int32(Bytes.sizeOfRun(1, name.length) + Bytes.sizeOfRun(2, extension));
        out.run(1, name);
        out.runHead(2, extension);
        out.run(1, object);
    }
}
