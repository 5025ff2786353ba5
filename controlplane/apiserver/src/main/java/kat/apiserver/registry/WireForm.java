package kat.apiserver.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import kat.store.Entry;

/// Puts stored bytes together into lists and watch frames, without decoding them.
public final class WireForm {

    private static final byte[] COMMA = {','};
    private static final byte[] OBJECT = ",\"object\":".getBytes(UTF_8);
    private static final byte[] FRAME_END = "}\n".getBytes(UTF_8);

    private WireForm() {}

    /// A whole list as one array.
    ///
    /// @param continueToken empty when this is the last page
    /// @param remaining negative or 0 when not to be told
    public static byte[] list(
            Resource resource, Reader.Page page, String continueToken, long remaining) {
        StringBuilder meta = new StringBuilder("{");
        if (!continueToken.isEmpty()) {
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
        Gathered out = new Gathered(head);
        List<Entry> entries = page.entries();
        byte[][] items = new byte[entries.size()][];
        int size = 0;
        for (int i = 0; i < items.length; i++) {
            items[i] = resource.item(entries.get(i));
            size += items[i].length + 1;
        }
        out.reserve(size + 2);
        for (int i = 0; i < items.length; i++) {
            if (i > 0) {
                out.add(COMMA);
            }
            out.add(items[i]);
        }
        out.add("]}".getBytes(UTF_8));
        return out.take();
    }

    /// Frames of a watch, one a line.
    public static byte[] frames(Resource resource, List<WatchFeed.Item> changes) {
        Gathered out = new Gathered(new byte[0]);
        for (WatchFeed.Item change : changes) {
            byte[] item = resource.item(change.entry());
            byte[] type = type(change.type());
            out.reserve(type.length + OBJECT.length + resource.head().length + item.length + 2);
            out.add(type);
            out.add(OBJECT);
            out.add(resource.head());
            out.add(item, 1);
            out.add(FRAME_END);
        }
        return out.take();
    }

    /// A frame around an object in another form.
    public static byte[] frame(String type, byte[] object) {
        Gathered out = new Gathered(("{\"type\":\"" + type + "\"").getBytes(UTF_8));
        out.add(OBJECT);
        out.add(object);
        out.add(FRAME_END);
        return out.take();
    }

    private static byte[] type(WatchFeed.Type type) {
        return ("{\"type\":\"" + type.name() + "\"").getBytes(UTF_8);
    }

    /// Bytes that are put one behind the other.
    private static final class Gathered {

        private byte[] bytes;
        private int size;

        Gathered(byte[] first) {
            bytes = first;
            size = first.length;
        }

        void reserve(int more) {
            if (size + more > bytes.length) {
                bytes = java.util.Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
            }
        }

        void add(byte[] part) {
            add(part, 0);
        }

        void add(byte[] part, int from) {
            int length = part.length - from;
            reserve(length);
            System.arraycopy(part, from, bytes, size, length);
            size += length;
        }

        byte[] take() {
            return size == bytes.length ? bytes : java.util.Arrays.copyOf(bytes, size);
        }
    }
}
