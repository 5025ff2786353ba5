package kat.api.cel;

import java.net.InetAddress;
import java.util.Arrays;
import kat.api.cel.Functions.Table;
import org.jspecify.annotations.Nullable;

/// IP addresses and ranges of them.
///
/// **Source:** `apiserver/pkg/cel/library/ip.go`, `cidr.go`.
final class AddressFunctions {

    private static final String IP = "net.IP";
    private static final String CIDR = "net.CIDR";

    private AddressFunctions() {}

    /// An address as a value.
    private record Ip(InetAddress address) implements Values.Opaque {
        @Override
        public String typeName() {
            return IP;
        }

        byte[] bytes() {
            return address.getAddress();
        }

        @Override
        public long size() {
            return bytes().length;
        }

        @Override
        public String toString() {
            return canonical(bytes());
        }
    }

    /// A range as a value.
    private record Range(Ip base, int bits) implements Values.Opaque {
        @Override
        public String typeName() {
            return CIDR;
        }

        @Override
        public long size() {
            return (bits + 7L) / 8;
        }

        boolean contains(Ip other) {
            byte[] mine = base.bytes();
            byte[] others = other.bytes();
            return mine.length == others.length
                    && Arrays.equals(masked(mine, bits), masked(others, bits));
        }

        @Override
        public String toString() {
            return base + "/" + bits;
        }
    }

    static void addTo(Table table) {
        table.put("ip(string):" + IP, a -> ip((String) a[0]));
        table.put("isIP(string):bool", a -> parse((String) a[0]) != null);
        table.put("ip.isCanonical(string):bool", a -> ip((String) a[0]).toString().equals(a[0]));
        table.put("string(" + IP + "):string", a -> a[0].toString());
        properties(table);
        ranges(table);
    }

    private static void properties(Table table) {
        table.put(IP + "|family():int", a -> address(a[0]).getAddress().length == 4 ? 4L : 6L);
        table.put(IP + "|isUnspecified():bool", a -> address(a[0]).isAnyLocalAddress());
        table.put(IP + "|isLoopback():bool", a -> address(a[0]).isLoopbackAddress());
        table.put(IP + "|isLinkLocalMulticast():bool", a -> isLinkLocalGroup(address(a[0])));
        table.put(IP + "|isLinkLocalUnicast():bool", a -> address(a[0]).isLinkLocalAddress());
        table.put(IP + "|isGlobalUnicast():bool", a -> isGlobal(address(a[0])));
    }

    private static boolean isLinkLocalGroup(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4
                ? (bytes[0] & 255) == 224 && bytes[1] == 0 && bytes[2] == 0
                : (bytes[0] & 255) == 255 && (bytes[1] & 15) == 2;
    }

    private static boolean isGlobal(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean broadcast = bytes.length == 4 && Arrays.equals(bytes, new byte[] {-1, -1, -1, -1});
        return !broadcast
                && !address.isAnyLocalAddress()
                && !address.isLoopbackAddress()
                && !address.isMulticastAddress()
                && !address.isLinkLocalAddress();
    }

    private static InetAddress address(Object ip) {
        return ((Ip) ip).address();
    }

    private static void ranges(Table table) {
        table.put("cidr(string):" + CIDR, a -> range((String) a[0]));
        table.put("isCIDR(string):bool", a -> parseRange((String) a[0]) != null);
        table.put("string(" + CIDR + "):string", a -> a[0].toString());
        table.put(CIDR + "|containsIP(" + IP + "):bool", a -> ((Range) a[0]).contains((Ip) a[1]));
        table.put(
                CIDR + "|containsIP(string):bool",
                a -> {
                    Ip address = parse((String) a[1]);
                    if (address == null) {
                        throw CelException.noOverload();
                    }
                    return ((Range) a[0]).contains(address);
                });
        table.put(
                CIDR + "|containsCIDR(" + CIDR + "):bool",
                a -> containsRange((Range) a[0], (Range) a[1]));
        table.put(
                CIDR + "|containsCIDR(string):bool",
                a -> containsRange((Range) a[0], range((String) a[1])));
        table.put(CIDR + "|ip():" + IP, a -> ((Range) a[0]).base());
        table.put(CIDR + "|prefixLength():int", a -> (long) ((Range) a[0]).bits());
        table.put(
                CIDR + "|masked():" + CIDR,
                a -> {
                    Range range = (Range) a[0];
                    return new Range(of(masked(range.base().bytes(), range.bits())), range.bits());
                });
    }

    private static boolean containsRange(Range outer, Range inner) {
        return outer.bits() <= inner.bits() && outer.contains(inner.base());
    }

    private static Ip of(byte[] bytes) {
        try {
            return new Ip(InetAddress.getByAddress(bytes));
        } catch (java.net.UnknownHostException e) {
            throw new CelException("not an address");
        }
    }

    private static byte[] masked(byte[] bytes, int bits) {
        byte[] out = bytes.clone();
        for (int i = 0; i < out.length; i++) {
            int kept = Math.clamp(bits - i * 8L, 0, 8);
            out[i] = (byte) (out[i] & (0xff << (8 - kept)));
        }
        return out;
    }

    private static Ip ip(String text) {
        Ip found = parse(text);
        if (found == null) {
            throw new CelException(AddressFaults.ofAddress(text));
        }
        return found;
    }

    private static Range range(String text) {
        Range found = parseRange(text);
        if (found == null) {
            throw new CelException(AddressFaults.ofRange(text));
        }
        return found;
    }

    private static @Nullable Ip parse(String text) {
        boolean four = text.matches("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");
        boolean six = text.indexOf(':') >= 0 && text.matches("[0-9a-fA-F:]+");
        if (!four && !six) {
            return null;
        }
        try {
            InetAddress address = InetAddress.ofLiteral(text);
            return new Ip(address);
        } catch (IllegalArgumentException notOne) {
            return null;
        }
    }

    private static @Nullable Range parseRange(String text) {
        int slash = text.indexOf('/');
        Ip base = slash < 0 ? null : parse(text.substring(0, slash));
        if (base == null || !text.substring(slash + 1).matches("0|[1-9]\\d{0,2}")) {
            return null;
        }
        int bits = Integer.parseInt(text.substring(slash + 1));
        return bits <= base.bytes().length * 8 ? new Range(base, bits) : null;
    }

    /// The shortest form: of the longest runs of zeros in an IPv6 address the first is left out.
    private static String canonical(byte[] bytes) {
        if (bytes.length == 4) {
            return (bytes[0] & 255)
                    + "."
                    + (bytes[1] & 255)
                    + "."
                    + (bytes[2] & 255)
                    + "."
                    + (bytes[3] & 255);
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (bytes[2 * i] & 255) << 8 | (bytes[2 * i + 1] & 255);
        }
        int start = -1;
        int length = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
            i = Math.max(i, end - 1);
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == start) {
                out.append("::");
                i += length - 1;
                continue;
            }
            boolean first = out.isEmpty() || out.charAt(out.length() - 1) == ':';
            out.append(first ? "" : ":").append(Integer.toHexString(groups[i]));
        }
        return out.toString();
    }
}
