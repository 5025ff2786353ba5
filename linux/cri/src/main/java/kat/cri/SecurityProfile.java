package kat.cri;

/// A seccomp or AppArmor profile.
///
/// @param localhostRef for [Type#LOCALHOST]: the absolute path of a seccomp file, or the name of a
///     loaded AppArmor profile; else empty
public record SecurityProfile(Type type, String localhostRef) {

    public static final SecurityProfile RUNTIME_DEFAULT =
            new SecurityProfile(Type.RUNTIME_DEFAULT, "");
    public static final SecurityProfile UNCONFINED = new SecurityProfile(Type.UNCONFINED, "");

    /// Where a profile comes from.
    public enum Type {
        RUNTIME_DEFAULT,
        UNCONFINED,
        LOCALHOST
    }

    /// The profile kept in a file or loaded under a name on the machine.
    public static SecurityProfile localhost(String ref) {
        return new SecurityProfile(Type.LOCALHOST, ref);
    }
}
