package kat.nftables;

/// One entry of a set or map.
///
/// @param key in nft's words, for example `10.96.0.1 . tcp . 443`
/// @param value empty in a set, for example `goto pick-2` in a map
public record Element(String key, String value) {

    public static Element of(String key) {
        return new Element(key, "");
    }

    /// As nft writes it.
    @Override
    public String toString() {
        return value.isEmpty() ? key : key + " : " + value;
    }
}
