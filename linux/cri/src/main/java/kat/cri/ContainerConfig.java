package kat.cri;

import java.util.List;
import java.util.Map;

/// Everything needed to make a container. `ContainerConfig` of CRI v1.
///
/// @param image what to run: the id or a reference of an image that is present
/// @param command replaces the image's entrypoint; empty keeps it
/// @param args replaces the image's command; empty keeps it unless `command` is given
/// @param workingDir empty for the image's own
/// @param logPath relative to the sandbox's log directory; empty for no log
/// @param stdin whether the process has an input that attaching can feed
/// @param stdinOnce whether the input ends with the first attached session
/// @param tty whether the process runs on a terminal of its own
/// @param cdiDevices names of devices as the Container Device Interface has them
public record ContainerConfig(
        ContainerMetadata metadata,
        String image,
        List<String> command,
        List<String> args,
        String workingDir,
        List<EnvVar> envs,
        List<Mount> mounts,
        List<Device> devices,
        Map<String, String> labels,
        Map<String, String> annotations,
        String logPath,
        boolean stdin,
        boolean stdinOnce,
        boolean tty,
        LinuxResources resources,
        ContainerSecurityContext security,
        List<String> cdiDevices) {

    public ContainerConfig {
        command = List.copyOf(command);
        args = List.copyOf(args);
        envs = List.copyOf(envs);
        mounts = List.copyOf(mounts);
        devices = List.copyOf(devices);
        labels = Copies.map(labels);
        annotations = Copies.map(annotations);
        cdiDevices = List.copyOf(cdiDevices);
    }

    /// A container with its identity and image, and defaults for all else.
    public static ContainerConfig of(ContainerMetadata metadata, String image) {
        return new ContainerConfig(
                metadata,
                image,
                List.of(),
                List.of(),
                "",
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                "",
                false,
                false,
                false,
                LinuxResources.NONE,
                ContainerSecurityContext.DEFAULT,
                List.of());
    }

    public ContainerConfig withCommand(List<String> value) {
        return new ContainerConfig(
                metadata,
                image,
                value,
                args,
                workingDir,
                envs,
                mounts,
                devices,
                labels,
                annotations,
                logPath,
                stdin,
                stdinOnce,
                tty,
                resources,
                security,
                cdiDevices);
    }

    public ContainerConfig withArgs(List<String> value) {
        return new ContainerConfig(
                metadata,
                image,
                command,
                value,
                workingDir,
                envs,
                mounts,
                devices,
                labels,
                annotations,
                logPath,
                stdin,
                stdinOnce,
                tty,
                resources,
                security,
                cdiDevices);
    }

    public ContainerConfig withWorkingDir(String value) {
        return new ContainerConfig(
                metadata,
                image,
                command,
                args,
                value,
                envs,
                mounts,
                devices,
                labels,
                annotations,
                logPath,
                stdin,
                stdinOnce,
                tty,
                resources,
                security,
                cdiDevices);
    }

    public ContainerConfig withEnvs(List<EnvVar> value) {
        return new ContainerConfig(
                metadata,
                image,
                command,
                args,
                workingDir,
                value,
                mounts,
                devices,
                labels,
                annotations,
                logPath,
                stdin,
                stdinOnce,
                tty,
                resources,
                security,
                cdiDevices);
    }

    public ContainerConfig withMounts(List<Mount> value) {
        return new ContainerConfig(
                metadata,
                image,
                command,
                args,
                workingDir,
                envs,
                value,
                devices,
                labels,
                annotations,
                logPath,
                stdin,
                stdinOnce,
                tty,
                resources,
                security,
                cdiDevices);
    }

    public ContainerConfig withDevices(List<Device> value) {
        return new ContainerConfig(
                metadata,
                image,
                command,
                args,
                workingDir,
                envs,
                mounts,
                value,
                labels,
                annotations,
                logPath,
                stdin,
                stdinOnce,
                tty,
                resources,
                security,
                cdiDevices);
    }

    public ContainerConfig withLabels(Map<String, String> value) {
        return new ContainerConfig(
                metadata,
                image,
                command,
                args,
                workingDir,
                envs,
                mounts,
                devices,
                value,
                annotations,
                logPath,
                stdin,
                stdinOnce,
                tty,
                resources,
                security,
                cdiDevices);
    }

    public ContainerConfig withAnnotations(Map<String, String> value) {
        return new ContainerConfig(
                metadata,
                image,
                command,
                args,
                workingDir,
                envs,
                mounts,
                devices,
                labels,
                value,
                logPath,
                stdin,
                stdinOnce,
                tty,
                resources,
                security,
                cdiDevices);
    }

    public ContainerConfig withLogPath(String value) {
        return new ContainerConfig(
                metadata,
                image,
                command,
                args,
                workingDir,
                envs,
                mounts,
                devices,
                labels,
                annotations,
                value,
                stdin,
                stdinOnce,
                tty,
                resources,
                security,
                cdiDevices);
    }

    public ContainerConfig withStdin(boolean value) {
        return new ContainerConfig(
                metadata,
                image,
                command,
                args,
                workingDir,
                envs,
                mounts,
                devices,
                labels,
                annotations,
                logPath,
                value,
                stdinOnce,
                tty,
                resources,
                security,
                cdiDevices);
    }

    public ContainerConfig withStdinOnce(boolean value) {
        return new ContainerConfig(
                metadata,
                image,
                command,
                args,
                workingDir,
                envs,
                mounts,
                devices,
                labels,
                annotations,
                logPath,
                stdin,
                value,
                tty,
                resources,
                security,
                cdiDevices);
    }

    public ContainerConfig withTty(boolean value) {
        return new ContainerConfig(
                metadata,
                image,
                command,
                args,
                workingDir,
                envs,
                mounts,
                devices,
                labels,
                annotations,
                logPath,
                stdin,
                stdinOnce,
                value,
                resources,
                security,
                cdiDevices);
    }

    public ContainerConfig withResources(LinuxResources value) {
        return new ContainerConfig(
                metadata,
                image,
                command,
                args,
                workingDir,
                envs,
                mounts,
                devices,
                labels,
                annotations,
                logPath,
                stdin,
                stdinOnce,
                tty,
                value,
                security,
                cdiDevices);
    }

    public ContainerConfig withSecurity(ContainerSecurityContext value) {
        return new ContainerConfig(
                metadata,
                image,
                command,
                args,
                workingDir,
                envs,
                mounts,
                devices,
                labels,
                annotations,
                logPath,
                stdin,
                stdinOnce,
                tty,
                resources,
                value,
                cdiDevices);
    }

    public ContainerConfig withCdiDevices(List<String> value) {
        return new ContainerConfig(
                metadata,
                image,
                command,
                args,
                workingDir,
                envs,
                mounts,
                devices,
                labels,
                annotations,
                logPath,
                stdin,
                stdinOnce,
                tty,
                resources,
                security,
                value);
    }
}
