package kat.apiserver.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import kat.apiserver.pace.Turn;
import kat.base.Check;
import kat.store.Entry;

/// Puts stored bytes together into lists and watch frames, without decoding them.
public final class WireForm {

    private static final byte[] COMMA = {','};
    private static final byte[] OBJECT = ",\"object\":".getBytes(UTF_8);
    private static final byte[] FRAME_END = "}\n".getBytes(UTF_8);
    private static final byte[] LIST_END = "]}".getBytes(UTF_8);
    private static final byte[] ADDED = typed("ADDED");
    private static final byte[] MODIFIED = typed("MODIFIED");
    private static final byte[] DELETED = typed("DELETED");

    private WireForm() {}

    /// A whole list, in parts: the stored bytes themselves with what stands between them.
    ///
    /// @param continueToken empty when this is the last page
    /// @param remaining negative or 0 when not to be told
    public static List<byte[]> list(
            Resource resource, Reader.Page page, String continueToken, long remaining) {
        StringBuilder meta = new StringBuilder("{");
        // Kubernetes' lists of custom resources have this member always.
        if (!continueToken.isEmpty() || resource.custom() != null) {
            meta.append("\"continue\":\"").append(continueToken).append("\",");
            if (remaining > 0) {
                meta.append("\"remainingItemCount\":").append(remaining).append(',');
            }
        }
        meta.append("\"resourceVersion\":\"").append(page.revision()).append("\"}");
        byte[] head =
                ("{\"kind\":\""
                                + resource.listKind()
                                + "\",\"apiVersion\":\""
                                + resource.kind().apiVersion()
                                + "\",\"metadata\":"
                                + meta
                                + ",\"items\":[")
                        .getBytes(UTF_8);
        List<Entry> entries = page.entries();
        List<byte[]> parts = new ArrayList<>(2 * entries.size() + 2);
        parts.add(head);
        for (Entry entry : entries) {
            if (parts.size() > 1) {
                parts.add(COMMA);
            }
            parts.add(resource.item(entry));
            Turn.loops(parts.size() / 2);
        }
        parts.add(LIST_END);
        return parts;
    }

    /// Frames of a watch, one a line.
    public static byte[] frames(Resource resource, List<WatchFeed.Item> changes) {
        byte[] head = resource.head();
        int size = 0;
        for (WatchFeed.Item change : changes) {
            // the item's opening brace stands in the head
            int object = head.length + resource.item(change.entry()).length - 1;
            size += type(change.type()).length + OBJECT.length + object + FRAME_END.length;
        }
        Gathered out = new Gathered(size);
        for (WatchFeed.Item change : changes) {
            out.add(type(change.type()));
            out.add(OBJECT);
            out.add(head);
            out.add(resource.item(change.entry()), 1);
            out.add(FRAME_END);
        }
        return out.take();
    }

    /// A frame around an object in another form.
    public static byte[] frame(String type, byte[] object) {
        byte[] head = typed(type);
        Gathered out = new Gathered(head.length + OBJECT.length + object.length + FRAME_END.length);
        out.add(head);
        out.add(OBJECT);
        out.add(object);
        out.add(FRAME_END);
        return out.take();
    }

    private static byte[] type(WatchFeed.Type type) {
        return switch (type) {
            case ADDED -> ADDED;
            case MODIFIED -> MODIFIED;
            case DELETED -> DELETED;
        };
    }

    private static byte[] typed(String type) {
        return ("{\"type\":\"" + type + "\"").getBytes(UTF_8);
    }

    /// Bytes that are put one behind the other into exactly the room for them.
    private static final class Gathered {

        private final byte[] bytes;
        private int size;

        Gathered(int size) {
            bytes = new byte[size];
        }

        void add(byte[] part) {
            add(part, 0);
        }

        void add(byte[] part, int from) {
            int length = part.length - from;
            System.arraycopy(part, from, bytes, size, length);
            size += length;
        }

        byte[] take() {
            Check.state(size == bytes.length, "the parts are as long as reckoned");
            return bytes;
        }
    }
}
