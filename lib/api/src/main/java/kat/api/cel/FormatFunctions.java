package kat.api.cel;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import kat.api.cel.Functions.Table;
import kat.api.names.Names;

/// The formats that Kubernetes gives names, by which texts can be checked.
///
/// **Source:** `apiserver/pkg/cel/library/format.go`.
final class FormatFunctions {

    private static final String TYPE = "kubernetes.NamedFormat";

    private static final long LABEL = 30;
    private static final long SUBDOMAIN = 60;
    private static final long TIME = 71;

    private FormatFunctions() {}

    /// @param size of the pattern by which Kubernetes checks it
    private record Format(String name, long size, Function<String, List<String>> faults)
            implements Values.Opaque {
        @Override
        public String typeName() {
            return TYPE;
        }
    }

    static void addTo(Table table) {
        Map<String, Format> formats = formats();
        formats.forEach((name, format) -> table.put("format." + name + "():" + TYPE, _ -> format));
        table.put(
                "format.named(string):optional<" + TYPE + ">",
                a -> {
                    Format found = formats.get((String) a[0]);
                    return found == null ? Optional.empty() : Optional.of(found);
                });
        table.put(
                TYPE + "|validate(string):optional<list<string>>",
                a -> {
                    List<String> faults = ((Format) a[0]).faults().apply((String) a[1]);
                    return faults.isEmpty()
                            ? Optional.empty()
                            : Optional.of(new ArrayList<Object>(faults));
                });
    }

    private static Map<String, Format> formats() {
        Map<String, Format> all = new LinkedHashMap<>();
        put(all, "dns1123Label", LABEL, Names::dnsLabel);
        put(all, "dns1123Subdomain", SUBDOMAIN, Names::dnsSubdomain);
        put(all, "dns1035Label", LABEL, Names::dns1035Label);
        put(all, "qualifiedName", SUBDOMAIN, Names::qualifiedName);
        put(all, "dns1123LabelPrefix", LABEL, text -> Names.dnsLabel(prefix(text)));
        put(all, "dns1123SubdomainPrefix", SUBDOMAIN, text -> Names.dnsSubdomain(prefix(text)));
        put(all, "dns1035LabelPrefix", LABEL, text -> Names.dns1035Label(prefix(text)));
        put(all, "labelValue", 40, Names::labelValue);
        put(
                all,
                "uri",
                1103,
                text -> {
                    String fault = UrlFunctions.fault(text);
                    return fault.isEmpty() ? List.of() : List.of(fault);
                });
        String uuid = "[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}";
        put(all, "uuid", 70, text -> matches(text, uuid, "does not match the UUID format"));
        String base64 = "([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?";
        put(all, "byte", 84, text -> matches(text, base64, "invalid base64"));
        put(all, "date", TIME, text -> isDate(text) ? List.of() : List.of("invalid date"));
        put(all, "datetime", TIME, text -> isTime(text) ? List.of() : List.of("invalid datetime"));
        return all;
    }

    private static boolean isDate(String text) {
        try {
            LocalDate.parse(text);
            return text.length() == 10;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static boolean isTime(String text) {
        int mark = text.toUpperCase(Locale.ROOT).indexOf('T');
        return mark >= 0
                && isDate(text.substring(0, mark))
                && text.substring(mark + 1)
                        .matches("(?i)\\d\\d:\\d\\d:\\d\\d(.\\d+)?(z|[+-]\\d\\d:\\d\\d)");
    }

    private static void put(
            Map<String, Format> all,
            String name,
            long size,
            Function<String, List<String>> faults) {
        all.put(name, new Format(name, size, faults));
    }

    private static String prefix(String text) {
        return text.endsWith("-") ? text.substring(0, text.length() - 1) + "a" : text;
    }

    private static List<String> matches(String text, String pattern, String fault) {
        return text.matches(pattern) ? List.of() : List.of(fault);
    }
}
