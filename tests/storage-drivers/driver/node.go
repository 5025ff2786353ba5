package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	mostVolumes = 20
	defaultFs   = "xfs"
)

type nodeServer struct {
	csi.UnimplementedNodeServer
	disks *disks
}

func (n *nodeServer) NodeGetInfo(context.Context, *csi.NodeGetInfoRequest) (*csi.NodeGetInfoResponse, error) {
	return &csi.NodeGetInfoResponse{NodeId: n.disks.node, MaxVolumesPerNode: mostVolumes,
		AccessibleTopology: n.disks.topology()}, nil
}

func (n *nodeServer) NodeGetCapabilities(
	context.Context, *csi.NodeGetCapabilitiesRequest) (*csi.NodeGetCapabilitiesResponse, error) {
	answer := &csi.NodeGetCapabilitiesResponse{}
	for _, each := range []csi.NodeServiceCapability_RPC_Type{
		csi.NodeServiceCapability_RPC_STAGE_UNSTAGE_VOLUME,
		csi.NodeServiceCapability_RPC_EXPAND_VOLUME,
		csi.NodeServiceCapability_RPC_GET_VOLUME_STATS,
		csi.NodeServiceCapability_RPC_SINGLE_NODE_MULTI_WRITER,
	} {
		answer.Capabilities = append(answer.Capabilities, &csi.NodeServiceCapability{
			Type: &csi.NodeServiceCapability_Rpc{Rpc: &csi.NodeServiceCapability_RPC{Type: each}}})
	}
	return answer, nil
}

func (n *nodeServer) NodeStageVolume(
	_ context.Context, r *csi.NodeStageVolumeRequest) (*csi.NodeStageVolumeResponse, error) {
	if err := required("volume or path", r.VolumeId, r.StagingTargetPath); err != nil {
		return nil, err
	}
	if r.VolumeCapability == nil {
		return nil, status.Error(codes.InvalidArgument, "capability missing")
	}
	n.disks.Lock()
	defer n.disks.Unlock()
	if _, err := n.disks.volume(r.VolumeId); err != nil {
		return nil, err
	}
	device, err := n.disks.attached(r.VolumeId)
	if err != nil || r.VolumeCapability.GetBlock() != nil {
		return &csi.NodeStageVolumeResponse{}, err
	}
	return &csi.NodeStageVolumeResponse{}, mountFiles(device, r.StagingTargetPath, r.VolumeCapability.GetMount())
}

// mountFiles mounts a device, with a file system made first where there is none.
func mountFiles(device, path string, use *csi.VolumeCapability_MountVolume) error {
	there, err := mounted(path)
	if err != nil || there {
		return err
	}
	kind := use.GetFsType()
	if kind == "" {
		kind = defaultFs
	}
	found, err := run("blkid", "-p", "-s", "TYPE", "-o", "value", device)
	if err != nil || found == "" {
		if _, err := run("mkfs."+kind, device); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(path, 0750); err != nil {
		return err
	}
	arguments := []string{"-t", kind}
	if len(use.GetMountFlags()) > 0 {
		arguments = append(arguments, "-o", strings.Join(use.GetMountFlags(), ","))
	}
	_, err = run("mount", append(arguments, device, path)...)
	return err
}

func (n *nodeServer) NodeUnstageVolume(
	_ context.Context, r *csi.NodeUnstageVolumeRequest) (*csi.NodeUnstageVolumeResponse, error) {
	if err := required("volume or path", r.VolumeId, r.StagingTargetPath); err != nil {
		return nil, err
	}
	n.disks.Lock()
	defer n.disks.Unlock()
	if err := unmount(r.StagingTargetPath); err != nil {
		return nil, err
	}
	device, err := n.disks.device(r.VolumeId)
	if err == nil && device != "" {
		_, err = run("losetup", "-d", device)
	}
	return &csi.NodeUnstageVolumeResponse{}, err
}

// inline gives the folder of a volume that is described in its pod.
func (n *nodeServer) inline(id string) string { return filepath.Join(n.disks.folder, "inline-"+id) }

// source makes what is mounted for a pod, and where it goes.
func (n *nodeServer) source(r *csi.NodePublishVolumeRequest) (string, error) {
	if r.VolumeContext["csi.storage.k8s.io/ephemeral"] == "true" {
		if err := os.MkdirAll(r.TargetPath, 0750); err != nil {
			return "", err
		}
		return n.inline(r.VolumeId), os.MkdirAll(n.inline(r.VolumeId), 0777)
	}
	if _, err := n.disks.volume(r.VolumeId); err != nil {
		return "", err
	}
	if r.VolumeCapability.GetBlock() == nil {
		return r.StagingTargetPath, os.MkdirAll(r.TargetPath, 0750)
	}
	place, err := os.OpenFile(r.TargetPath, os.O_CREATE, 0660)
	if err != nil {
		return "", err
	}
	if err := place.Close(); err != nil {
		return "", err
	}
	device, err := n.disks.device(r.VolumeId)
	if err == nil && device == "" {
		err = status.Error(codes.FailedPrecondition, "the volume is not staged")
	}
	return device, err
}

func (n *nodeServer) NodePublishVolume(
	_ context.Context, r *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
	if err := required("volume or path", r.VolumeId, r.TargetPath); err != nil {
		return nil, err
	}
	if r.VolumeCapability == nil {
		return nil, status.Error(codes.InvalidArgument, "capability missing")
	}
	n.disks.Lock()
	defer n.disks.Unlock()
	from, err := n.source(r)
	if err != nil {
		return nil, err
	}
	if there, err := mounted(r.TargetPath); err != nil || there {
		return &csi.NodePublishVolumeResponse{}, err
	}
	if _, err := run("mount", "--bind", from, r.TargetPath); err != nil {
		return nil, err
	}
	if r.Readonly {
		_, err = run("mount", "-o", "remount,bind,ro", r.TargetPath)
	}
	return &csi.NodePublishVolumeResponse{}, err
}

func (n *nodeServer) NodeUnpublishVolume(
	_ context.Context, r *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
	if err := required("volume or path", r.VolumeId, r.TargetPath); err != nil {
		return nil, err
	}
	n.disks.Lock()
	defer n.disks.Unlock()
	if err := unmount(r.TargetPath); err != nil {
		return nil, err
	}
	if err := os.RemoveAll(r.TargetPath); err != nil {
		return nil, err
	}
	if n.disks.Volumes[r.VolumeId] != nil {
		return &csi.NodeUnpublishVolumeResponse{}, nil
	}
	return &csi.NodeUnpublishVolumeResponse{}, os.RemoveAll(n.inline(r.VolumeId))
}

func (n *nodeServer) NodeExpandVolume(
	_ context.Context, r *csi.NodeExpandVolumeRequest) (*csi.NodeExpandVolumeResponse, error) {
	if err := required("volume or path", r.VolumeId, r.VolumePath); err != nil {
		return nil, err
	}
	n.disks.Lock()
	defer n.disks.Unlock()
	grown, err := n.disks.volume(r.VolumeId)
	if err != nil {
		return nil, err
	}
	device, err := n.disks.device(r.VolumeId)
	if err != nil || device == "" {
		return nil, status.Errorf(codes.NotFound, "the volume is not staged: %v", err)
	}
	if _, err := run("losetup", "-c", device); err != nil {
		return nil, err
	}
	if r.VolumeCapability.GetBlock() == nil {
		if _, err := run("xfs_growfs", "-d", r.VolumePath); err != nil {
			return nil, err
		}
	}
	return &csi.NodeExpandVolumeResponse{CapacityBytes: grown.Size}, nil
}

func (n *nodeServer) NodeGetVolumeStats(
	_ context.Context, r *csi.NodeGetVolumeStatsRequest) (*csi.NodeGetVolumeStatsResponse, error) {
	if err := required("volume or path", r.VolumeId, r.VolumePath); err != nil {
		return nil, err
	}
	n.disks.Lock()
	defer n.disks.Unlock()
	asked, err := n.disks.volume(r.VolumeId)
	if err != nil {
		return nil, err
	}
	place, err := os.Stat(r.VolumePath)
	if err != nil {
		return nil, status.Error(codes.NotFound, err.Error())
	}
	if !place.IsDir() {
		return &csi.NodeGetVolumeStatsResponse{
			Usage: []*csi.VolumeUsage{{Unit: csi.VolumeUsage_BYTES, Total: asked.Size}}}, nil
	}
	var figures syscall.Statfs_t
	if err := syscall.Statfs(r.VolumePath, &figures); err != nil {
		return nil, err
	}
	return &csi.NodeGetVolumeStatsResponse{Usage: []*csi.VolumeUsage{
		{Unit: csi.VolumeUsage_BYTES, Total: int64(figures.Blocks) * figures.Bsize,
			Available: int64(figures.Bavail) * figures.Bsize, Used: int64(figures.Blocks-figures.Bfree) * figures.Bsize},
		{Unit: csi.VolumeUsage_INODES, Total: int64(figures.Files), Available: int64(figures.Ffree),
			Used: int64(figures.Files - figures.Ffree)}}}, nil
}
