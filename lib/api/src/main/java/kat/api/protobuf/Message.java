package kat.api.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One message: the members of its JSON form, found by name, and its parts, found by number.
///
/// Members of an inner message that JSON does not show stand among the members of the outer one:
/// a Volume's `hostPath` is field 1 of field 2.
///
/// **Threads:** any; references to other messages are resolved when first followed.
public final class Message {

    private final Messages messages;
    private final String definition;
    private final Field[] members; // sorted by name
    private final byte[][] names; // of the members
    private final @Nullable Part[] parts; // by number
    private final @Nullable Message[] targets; // of the members

    /// What stands at a number: a member, or a message whose members are the holder's.
    static final class Part {

        private final int member;
        private final @Nullable Message inner;
        private final int[] indices;

        private Part(int member, @Nullable Message inner, int[] indices) {
            this.member = member;
            this.inner = inner;
            this.indices = indices;
        }

        /// Its index in the members; -1 for an inner message.
        int member() {
            return member;
        }

        /// Null for a member.
        @Nullable Message inner() {
            return inner;
        }

        /// Where the inner message's members stand among the holder's.
        int[] indices() {
            return indices;
        }
    }

    private Message(
            Messages messages,
            String definition,
            Field[] members,
            byte[][] names,
            @Nullable Part[] parts) {
        this.messages = messages;
        this.definition = definition;
        this.members = members;
        this.names = names;
        this.parts = parts;
        this.targets = new @Nullable Message[members.length];
    }

    static Message parse(Messages messages, String definition, String line) {
        String scope = definition.substring(0, definition.lastIndexOf('.'));
        List<Field> own = new ArrayList<>();
        List<Field> all = new ArrayList<>();
        for (String text : line.isEmpty() ? new String[0] : line.split(" ", -1)) {
            Field field = Field.parse(text, scope);
            own.add(field);
            if (field.isInline()) {
                for (Field inner : messages.require(field.messageName()).members) {
                    all.add(inner.within(field.number()));
                }
            } else {
                all.add(field);
            }
        }
        all.sort(Comparator.comparing(Field::name));
        Field[] members = all.toArray(new Field[0]);
        byte[][] names = new byte[members.length][];
        for (int i = 0; i < members.length; i++) {
            names[i] = members[i].name().getBytes(UTF_8);
        }
        return new Message(messages, definition, members, names, parts(messages, own, members));
    }

    private static @Nullable Part[] parts(Messages messages, List<Field> own, Field[] members) {
        int highest = 0;
        for (Field field : own) {
            highest = Math.max(highest, field.number());
        }
        @Nullable Part[] parts = new @Nullable Part[highest + 1];
        for (Field field : own) {
            if (field.isInline()) {
                Message inner = messages.require(field.messageName());
                int[] indices = new int[inner.members.length];
                for (int i = 0; i < indices.length; i++) {
                    indices[i] = indexOf(members, inner.members[i].name());
                }
                parts[field.number()] = new Part(-1, inner, indices);
            } else {
                parts[field.number()] = new Part(indexOf(members, field.name()), null, new int[0]);
            }
        }
        return parts;
    }

    private static int indexOf(Field[] members, String name) {
        for (int i = 0; i < members.length; i++) {
            if (members[i].name().equals(name)) {
                return i;
            }
        }
        throw new IllegalStateException("no member " + name);
    }

    /// The name of its definition, for example `io.k8s.api.core.v1.Pod`.
    public String definition() {
        return definition;
    }

    /// The last part of the definition's name.
    String shortName() {
        return definition.substring(definition.lastIndexOf('.') + 1);
    }

    int size() {
        return members.length;
    }

    Field member(int index) {
        return members[index];
    }

    /// The index of the member with this name; negative when there is none.
    int find(byte[] text, int from, int to) {
        int low = 0;
        int high = names.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            byte[] name = names[middle];
            int order = Arrays.compare(name, 0, name.length, text, from, to);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    @Nullable Part part(long number) {
        return number < parts.length ? parts[(int) number] : null;
    }

    /// The number of a member of this name that stands in this message itself.
    int numberOf(String name) {
        return members[indexOf(members, name)].number();
    }

    /// What the values of a member are.
    Message target(int index) {
        Message known = targets[index];
        if (known == null) {
            known = messages.require(members[index].messageName());
            targets[index] = known;
        }
        return known;
    }

    @Override
    public String toString() {
        return definition;
    }
}
