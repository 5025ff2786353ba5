package kat.nftables;

import java.util.List;

/// A set, or a map when its elements carry values. Elements are added by [Change.AddElements].
///
/// @param name letters, digits and `/ . _ -`
/// @param isMap whether elements carry values
/// @param properties what stands between the braces, for example `type ipv4_addr`
public record ElementSet(String name, boolean isMap, List<String> properties) {

    public ElementSet {
        properties = List.copyOf(properties);
    }

    /// @param properties for example `type ipv4_addr . inet_proto . inet_service`
    public static ElementSet set(String name, String... properties) {
        return new ElementSet(name, false, List.of(properties));
    }

    /// @param properties for example `type inet_proto . inet_service : verdict`
    public static ElementSet map(String name, String... properties) {
        return new ElementSet(name, true, List.of(properties));
    }
}
