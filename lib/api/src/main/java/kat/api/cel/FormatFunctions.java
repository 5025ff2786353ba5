package kat.api.cel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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

    private FormatFunctions() {}

    private record Format(String name, Function<String, List<String>> faults)
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
        put(all, "dns1123Label", Names::dnsLabel);
        put(all, "dns1123Subdomain", Names::dnsSubdomain);
        put(all, "dns1035Label", Names::dns1035Label);
        put(all, "qualifiedName", Names::qualifiedName);
        put(all, "dns1123LabelPrefix", text -> Names.dnsLabel(prefix(text)));
        put(all, "dns1123SubdomainPrefix", text -> Names.dnsSubdomain(prefix(text)));
        put(all, "dns1035LabelPrefix", text -> Names.dns1035Label(prefix(text)));
        put(all, "labelValue", Names::labelValue);
        put(all, "uri", text -> matches(text, "[a-zA-Z][a-zA-Z0-9+.-]*:.+|/.*", "uri"));
        put(
                all,
                "uuid",
                text ->
                        matches(
                                text,
                                "[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}",
                                "UUID"));
        put(all, "byte", text -> matches(text, "[A-Za-z0-9+/]*={0,2}", "base64"));
        put(all, "date", text -> matches(text, "\\d{4}-\\d\\d-\\d\\d", "date"));
        put(
                all,
                "datetime",
                text ->
                        matches(
                                text,
                                "\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d.*",
                                "datetime"));
        return all;
    }

    private static void put(
            Map<String, Format> all, String name, Function<String, List<String>> faults) {
        all.put(name, new Format(name, faults));
    }

    private static String prefix(String text) {
        return text.endsWith("-") ? text.substring(0, text.length() - 1) + "a" : text;
    }

    private static List<String> matches(String text, String pattern, String name) {
        return text.matches(pattern) ? List.of() : List.of("does not match the format " + name);
    }
}
