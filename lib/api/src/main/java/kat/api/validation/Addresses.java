package kat.api.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// IP addresses and networks as texts, parsed as Kubernetes does for new objects: no leading zeros,
/// no zones.
public final class Addresses {

    static final String BAD_ADDRESS =
            "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
    static final String BAD_NETWORK =
            "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

    private static final Pattern OCTET = Pattern.compile("0|[1-9][0-9]{0,2}");
    private static final Pattern GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");
    private static final Pattern LENGTH = Pattern.compile("0|[1-9][0-9]{0,2}");
    private static final Pattern LEADING_ZEROS = Pattern.compile("(?<![0-9a-fA-F:])0+(?=[0-9])");
    private static final int GROUPS = 8;

    private Addresses() {}

    /// What is wrong with an address in a field that once took leading zeros and IPv4 inside IPv6:
    /// new values may have neither.
    static List<String> faults(String text) {
        int[] bytes = parse(withoutLeadingZeros(text));
        if (bytes == null) {
            return List.of(BAD_ADDRESS);
        }
        List<String> faults = new ArrayList<>();
        if (parse(text) == null) {
            faults.add("must not have leading 0s");
        } else if (isMapped(bytes)) {
            faults.add("must not be an IPv4-mapped IPv6 address");
        }
        return faults;
    }

    /// As [#faults] for a network.
    static List<String> networkFaults(String text) {
        int slash = text.indexOf('/');
        if (!isNetwork(withoutZeros(text))) {
            return List.of(BAD_NETWORK);
        }
        if (!isNetwork(text)) {
            return List.of("must not have leading 0s in IP or prefix length");
        }
        int[] bytes = parse(text.substring(0, slash));
        if (bytes == null || isMapped(bytes)) {
            return List.of("must not have an IPv4-mapped IPv6 address");
        }
        int length = Integer.parseInt(text.substring(slash + 1));
        return hasBitsBeyond(bytes, length)
                ? List.of("must not have bits set beyond the prefix length")
                : List.of();
    }

    /// A network without leading zeros in its address and its length, as it was once read.
    static String withoutZeros(String network) {
        int slash = network.indexOf('/');
        return slash < 0
                ? network
                : withoutLeadingZeros(network.substring(0, slash))
                        + "/"
                        + withoutLeadingZeros(network.substring(slash + 1));
    }

    private static boolean hasBitsBeyond(int[] bytes, int length) {
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.clamp(length - 8L * i, 0, 8);
            if ((bytes[i] & (0xFF >> kept)) != 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMapped(int[] bytes) {
        if (bytes.length != 16 || bytes[10] != 0xFF || bytes[11] != 0xFF) {
            return false;
        }
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static String withoutLeadingZeros(String text) {
        return LEADING_ZEROS.matcher(text).replaceAll("");
    }

    /// Whether a text is an address once leading zeros are gone.
    static boolean isSloppyAddress(String text) {
        return parse(withoutLeadingZeros(text)) != null;
    }

    public static boolean isAddress(String text) {
        return parse(text) != null;
    }

    public static boolean isIpv4(String text) {
        int[] bytes = parse(text);
        return bytes != null && bytes.length == 4;
    }

    public static boolean isIpv6(String text) {
        int[] bytes = parse(text);
        return bytes != null && bytes.length == 16;
    }

    public static boolean isNetwork(String text) {
        int slash = text.indexOf('/');
        int[] bytes = slash < 0 ? null : parse(text.substring(0, slash));
        String length = slash < 0 ? "" : text.substring(slash + 1);
        return bytes != null
                && LENGTH.matcher(length).matches()
                && Integer.parseInt(length) <= bytes.length * 8;
    }

    /// A name that is an address in its canonical form.
    static List<String> canonical(String text) {
        if (!isAddress(text)) {
            return List.of(BAD_ADDRESS);
        }
        String form = canonicalForm(text);
        return text.equals(form)
                ? List.of()
                : List.of("must be in canonical form (\"" + form + "\")");
    }

    /// The one form of an address; the text itself when it is none.
    public static String canonicalForm(String text) {
        int[] bytes = parse(text);
        return bytes == null || bytes.length == 4 ? text : canonical6(bytes);
    }

    /// An address of 16 bytes as RFC 5952 writes it.
    private static String canonical6(int[] bytes) {
        int start = -1;
        int length = 1;
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = bytes[2 * i] << 8 | bytes[2 * i + 1];
        }
        for (int i = 0; i < GROUPS; i++) {
            int end = i;
            while (end < GROUPS && groups[end] == 0) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
                continue;
            }
            boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
            text.append(first ? "" : ":").append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }

    /// Refuses addresses that no endpoint outside a host can have.
    static List<String> nonSpecial(String text) {
        int[] bytes = parse(withoutLeadingZeros(text));
        if (bytes == null) {
            return List.of(BAD_ADDRESS);
        }
        List<String> faults = new ArrayList<>();
        boolean four = bytes.length == 4;
        int sum = 0;
        for (int each : bytes) {
            sum += each;
        }
        if (sum == 0) {
            faults.add("may not be unspecified (" + text + ")");
        }
        if (four ? bytes[0] == 127 : sum == 1 && bytes[15] == 1) {
            faults.add("may not be in the loopback range (127.0.0.0/8, ::1/128)");
        }
        if (four ? bytes[0] == 169 && bytes[1] == 254 : isLinkLocal(bytes)) {
            faults.add("may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        }
        if (four
                ? bytes[0] == 224 && bytes[1] == 0 && bytes[2] == 0
                : bytes[0] == 0xFF && (bytes[1] & 0x0F) == 2) {
            faults.add("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
        }
        return faults;
    }

    private static boolean isLinkLocal(int[] bytes) {
        return bytes[0] == 0xFE && (bytes[1] & 0xC0) == 0x80;
    }

    /// The address's 4 or 16 bytes; null when it is none.
    static int @Nullable [] parse(String text) {
        return text.contains(":") ? parse6(text) : parse4(text);
    }

    private static int @Nullable [] parse4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return null;
        }
        int[] bytes = new int[4];
        for (int i = 0; i < 4; i++) {
            if (!OCTET.matcher(parts[i]).matches() || Integer.parseInt(parts[i]) > 255) {
                return null;
            }
            bytes[i] = Integer.parseInt(parts[i]);
        }
        return bytes;
    }

    private static int @Nullable [] parse6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return null;
        }
        List<Integer> head = groups(gap < 0 ? text : text.substring(0, gap));
        List<Integer> tail = gap < 0 ? List.of() : groups(text.substring(gap + 2));
        if (head == null || tail == null) {
            return null;
        }
        int known = head.size() + tail.size();
        if (gap < 0 ? known != GROUPS : known >= GROUPS) {
            return null;
        }
        int[] bytes = new int[16];
        for (int i = 0; i < head.size(); i++) {
            put(bytes, i, head.get(i));
        }
        for (int i = 0; i < tail.size(); i++) {
            put(bytes, GROUPS - tail.size() + i, tail.get(i));
        }
        return bytes;
    }

    private static void put(int[] bytes, int group, int value) {
        bytes[group * 2] = value >> 8;
        bytes[group * 2 + 1] = value & 0xFF;
    }

    private static @Nullable List<Integer> groups(String text) {
        List<Integer> groups = new ArrayList<>();
        if (text.isEmpty()) {
            return groups;
        }
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            if (i == parts.length - 1 && parts[i].contains(".")) {
                int[] four = parse4(parts[i]);
                if (four == null) {
                    return null;
                }
                groups.add(four[0] << 8 | four[1]);
                groups.add(four[2] << 8 | four[3]);
            } else if (GROUP.matcher(parts[i]).matches()) {
                groups.add(Integer.parseInt(parts[i], 16));
            } else {
                return null;
            }
        }
        return groups;
    }
}
