package kat.cri;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import kat.cri.grpc.ContainerdContent;
import kat.cri.grpc.ContainerdDiff;
import kat.cri.grpc.ContainerdEvents;
import kat.cri.grpc.ContainerdImages;
import kat.cri.grpc.ContainerdLeases;
import kat.cri.grpc.ContainerdSnapshots;
import kat.cri.grpc.ContainerdTaskEvents;
import kat.cri.grpc.ContainerdTypes;
import kat.cri.grpc.Cri;
import org.junit.jupiter.api.Test;

/// Compares our own .proto files with the descriptors that are part of the installed
/// containerd.
class DescriptorTest {

    private static final Path PROGRAM = Path.of("/usr/bin/containerd");
    private static final int LONGEST_DESCRIPTOR_BYTES = 1 << 18;

    /// Fields newer than containerd 1.6; older runtimes do not read them.
    private static final Set<String> NEWER =
            Set.of(
                    "runtime.v1.IDMapping.container_id",
                    "runtime.v1.IDMapping.host_id",
                    "runtime.v1.IDMapping.length",
                    "runtime.v1.Mount.gidMappings",
                    "runtime.v1.Mount.recursive_read_only",
                    "runtime.v1.Mount.uidMappings",
                    "runtime.v1.NamespaceOption.userns_options",
                    "runtime.v1.RuntimeHandler.features",
                    "runtime.v1.RuntimeHandler.name",
                    "runtime.v1.RuntimeHandlerFeatures.recursive_read_only_mounts",
                    "runtime.v1.RuntimeHandlerFeatures.user_namespaces",
                    "runtime.v1.StatusResponse.runtime_handlers",
                    "runtime.v1.UserNamespace.gids",
                    "runtime.v1.UserNamespace.mode",
                    "runtime.v1.UserNamespace.uids",
                    "runtime.v1.ContainerConfig.CDI_devices",
                    "runtime.v1.CDIDevice.name");

    private static final List<FileDescriptor> OURS =
            List.of(
                    Cri.getDescriptor(),
                    ContainerdTypes.getDescriptor(),
                    ContainerdEvents.getDescriptor(),
                    ContainerdTaskEvents.getDescriptor(),
                    ContainerdContent.getDescriptor(),
                    ContainerdImages.getDescriptor(),
                    ContainerdLeases.getDescriptor(),
                    ContainerdSnapshots.getDescriptor(),
                    ContainerdDiff.getDescriptor());

    @Test
    void usesTheNamesNumbersAndTypesOfTheInstalledContainerd() throws IOException {
        assumeTrue(Files.exists(PROGRAM), "containerd is missing: apt-get install containerd runc");
        TreeMap<String, String> theirs = new TreeMap<>();
        for (FileDescriptorProto file : embedded(Files.readAllBytes(PROGRAM))) {
            collect(file, theirs);
        }
        TreeMap<String, String> ours = new TreeMap<>();
        OURS.forEach(file -> collect(file.toProto(), ours));
        TreeSet<String> missing = new TreeSet<>();
        TreeMap<String, String> shared = new TreeMap<>();
        TreeMap<String, String> same = new TreeMap<>();
        ours.forEach(
                (name, form) -> {
                    String their = theirs.get(name);
                    if (their == null) {
                        missing.add(name);
                    } else {
                        shared.put(name, form);
                        same.put(name, their);
                    }
                });

        assertEquals(same, shared);
        missing.removeAll(NEWER);
        assertEquals(Set.of(), missing);
        assertTrue(shared.size() > 400, "compared " + shared.size());
    }

    /// Go's generated code holds each file's descriptor gzip-compressed.
    private static List<FileDescriptorProto> embedded(byte[] program) {
        List<FileDescriptorProto> files = new ArrayList<>();
        for (int at = 0; at < program.length - 4; at++) {
            boolean gzip =
                    program[at] == 0x1f
                            && (program[at + 1] & 0xff) == 0x8b
                            && program[at + 2] == 8
                            && program[at + 3] == 0;
            if (gzip) {
                byte[] plain = unpack(program, at);
                if (plain.length > 0) {
                    parse(plain).ifPresent(files::add);
                }
            }
        }
        return files;
    }

    private static Optional<FileDescriptorProto> parse(byte[] plain) {
        try {
            return Optional.of(FileDescriptorProto.parseFrom(plain));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty(); // something else that is compressed
        }
    }

    private static byte[] unpack(byte[] program, int at) {
        int length = Math.min(LONGEST_DESCRIPTOR_BYTES, program.length - at);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var in = new GZIPInputStream(new ByteArrayInputStream(program, at, length))) {
            byte[] chunk = new byte[8192];
            for (int count = in.read(chunk); count > 0; count = in.read(chunk)) {
                out.write(chunk, 0, count);
            }
        } catch (IOException e) {
            return out.toByteArray(); // what follows the member is no gzip
        }
        return out.toByteArray();
    }

    private static void collect(FileDescriptorProto file, Map<String, String> into) {
        String prefix = file.getPackage() + ".";
        for (DescriptorProto message : file.getMessageTypeList()) {
            collect(prefix, message, into);
        }
        for (EnumDescriptorProto type : file.getEnumTypeList()) {
            collect(prefix, type, into);
        }
        for (ServiceDescriptorProto service : file.getServiceList()) {
            for (MethodDescriptorProto method : service.getMethodList()) {
                into.put(
                        prefix + service.getName() + "/" + method.getName(),
                        method.getInputType()
                                + " "
                                + method.getOutputType()
                                + method.getClientStreaming()
                                + method.getServerStreaming());
            }
        }
    }

    private static void collect(String prefix, DescriptorProto message, Map<String, String> into) {
        String name = prefix + message.getName() + ".";
        for (FieldDescriptorProto field : message.getFieldList()) {
            into.put(
                    name + field.getName(),
                    field.getNumber()
                            + " "
                            + field.getLabel()
                            + " "
                            + field.getType()
                            + " "
                            + field.getTypeName());
        }
        message.getNestedTypeList().forEach(nested -> collect(name, nested, into));
        message.getEnumTypeList().forEach(nested -> collect(name, nested, into));
    }

    private static void collect(String prefix, EnumDescriptorProto type, Map<String, String> into) {
        for (EnumValueDescriptorProto value : type.getValueList()) {
            into.put(
                    prefix + type.getName() + "." + value.getName(),
                    Integer.toString(value.getNumber()));
        }
    }
}
