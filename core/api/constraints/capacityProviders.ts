import type { ConstraintTable } from './constraintTable.ts';

/**
 * The constraints of capacity providers.
 *
 * Source: the service model of `bedrock-agentcore-control`, API version 2023-06-05, as in botocore 1.44.8: shapes reachable
 * from the inputs of the operations on capacity providers.
 */
export const capacityProviders: ConstraintTable = {
  values: {
    CapacityProviderId: { pattern: '[a-zA-Z][a-zA-Z0-9_]{0,47}-[a-zA-Z0-9]{10}', min: 12, max: 59 },
    CapacityProviderName: { pattern: '[a-zA-Z][a-zA-Z0-9_]{0,47}', min: 1, max: 48 },
    CapacityReservationId: { pattern: 'cr-[0-9a-z]+', min: 1, max: 255 },
    CapacityReservationPreference: { enum: ['capacity-reservations-only', 'open', 'none'] },
    CapacityReservationResourceGroupArn: {
      pattern: 'arn:aws(-[^:]+)?:resource-groups:[a-z0-9-]+:[0-9]{12}:group/[a-zA-Z0-9_-]+',
      min: 1,
      max: 2048,
    },
    DeviceName: { pattern: '[a-zA-Z0-9/._-]+', min: 1, max: 255 },
    EC2InstanceType: { min: 1, max: 255 },
    EbsCardIndex: { min: 0, integer: true },
    EbsSnapshotId: { pattern: 'snap-[a-f0-9]{8,17}', min: 13, max: 64 },
    EbsVolumeInitializationRate: { min: 100, max: 300, integer: true },
    EbsVolumeType: { enum: ['standard', 'io1', 'io2', 'gp2', 'sc1', 'st1', 'gp3'] },
    EphemeralEBSVolumeConfigurationThroughputInteger: { min: 125, max: 2000, integer: true },
    EphemeralEBSVolumeConfigurationVolumeSizeInteger: { min: 1, max: 65536, integer: true },
    InstanceLifecycleConfigurationIdleInstanceTimeoutInteger: { min: 60, max: 1209600, integer: true },
    InstanceLifecycleConfigurationMaxLifetimeInteger: { min: 60, max: 1209600, integer: true },
    InstanceProfileArn: {
      pattern: 'arn:aws(-[^:]+)?:iam::[0-9]{12}:instance-profile/([!-~]{1,510}/)?([\\w+=,.@-]{1,128})',
      min: 1,
      max: 2048,
    },
    InstanceRequirementsAllowedInstanceTypesList: { min: 1, max: 30, element: 'EC2InstanceType' },
    KmsKeyId: {
      pattern:
        'arn:aws(-[^:]+)?:kms:[a-z0-9-]+:[0-9]{12}:key/[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}',
      min: 20,
      max: 2048,
    },
    LaunchParametersEphemeralVolumesList: { max: 5 },
    LaunchParametersLicenseSpecificationsList: { max: 5 },
    LicenseConfigurationArn: {
      pattern: 'arn:aws(-[^:]+)?:license-manager:[a-z0-9-]+:[0-9]{12}:license-configuration:[a-zA-Z0-9_-]+',
      min: 1,
      max: 2048,
    },
    Monitoring: { enum: ['BASIC', 'DETAILED'] },
    OperatingSystem: { enum: ['LINUX_X86_64', 'LINUX_ARM64'] },
    RootVolumeConfigurationFreeSpaceGiBInteger: { min: 2, max: 65000, integer: true },
    RootVolumeConfigurationThroughputInteger: { min: 125, max: 2000, integer: true },
    SSHKeyName: { pattern: '[!-~][ -~]*[!-~]$|^[!-~]', min: 1, max: 255 },
    VirtualDeviceName: { pattern: 'ephemeral[0-9]+', min: 1, max: 255 },
    VolumeConfigurationList: { max: 5 },
    VolumeIops: { min: 100, max: 256000, integer: true },
    VolumeName: { pattern: '[a-zA-Z][a-zA-Z0-9_-]{0,47}', min: 1, max: 48 },
    VolumeSizeGiB: { min: 1, max: 65536, integer: true },
    VolumeThroughput: { min: 125, max: 2000, integer: true },
    VpcConfigurationSecurityGroupsList: { min: 1, max: 16, element: 'SecurityGroupId' },
    VpcConfigurationSubnetsList: { min: 1, max: 16, element: 'SubnetId' },
  },
  members: {
    PermissionsConfiguration: { capacityProviderOperatorRoleArn: 'RoleArn' },
    InstanceRequirements: { allowedInstanceTypes: 'InstanceRequirementsAllowedInstanceTypesList' },
    EphemeralEBSVolumeConfiguration: {
      volumeType: 'EbsVolumeType',
      iops: 'VolumeIops',
      throughput: 'EphemeralEBSVolumeConfigurationThroughputInteger',
      kmsKeyId: 'KmsKeyId',
      snapshotId: 'EbsSnapshotId',
      volumeSize: 'EphemeralEBSVolumeConfigurationVolumeSizeInteger',
      volumeInitializationRate: 'EbsVolumeInitializationRate',
      ebsCardIndex: 'EbsCardIndex',
    },
    EphemeralBlockDeviceMapping: { deviceName: 'DeviceName', virtualName: 'VirtualDeviceName' },
    LicenseSpecification: { licenseConfigurationArn: 'LicenseConfigurationArn' },
    CapacityReservationTarget: {
      capacityReservationId: 'CapacityReservationId',
      capacityReservationResourceGroupArn: 'CapacityReservationResourceGroupArn',
    },
    CapacityReservationSpecification: { capacityReservationPreference: 'CapacityReservationPreference' },
    LaunchParameters: {
      operatingSystem: 'OperatingSystem',
      ephemeralVolumes: 'LaunchParametersEphemeralVolumesList',
      monitoring: 'Monitoring',
      licenseSpecifications: 'LaunchParametersLicenseSpecificationsList',
      sshKeyName: 'SSHKeyName',
      instanceProfileArn: 'InstanceProfileArn',
      propagatedTags: 'TagsMap',
    },
    VpcConfiguration: {
      subnets: 'VpcConfigurationSubnetsList',
      securityGroups: 'VpcConfigurationSecurityGroupsList',
    },
    EbsVolumeConfiguration: {
      name: 'VolumeName',
      sizeGiB: 'VolumeSizeGiB',
      volumeType: 'EbsVolumeType',
      iops: 'VolumeIops',
      throughput: 'VolumeThroughput',
      kmsKeyId: 'KmsKeyId',
      snapshotId: 'EbsSnapshotId',
    },
    InstanceLifecycleConfiguration: {
      idleInstanceTimeout: 'InstanceLifecycleConfigurationIdleInstanceTimeoutInteger',
      maxLifetime: 'InstanceLifecycleConfigurationMaxLifetimeInteger',
    },
    RootVolumeConfiguration: {
      volumeType: 'EbsVolumeType',
      iops: 'VolumeIops',
      throughput: 'RootVolumeConfigurationThroughputInteger',
      kmsKeyId: 'KmsKeyId',
      freeSpaceGiB: 'RootVolumeConfigurationFreeSpaceGiBInteger',
    },
    Ec2Configuration: { volumes: 'VolumeConfigurationList' },
    CreateCapacityProviderInput: {
      name: 'CapacityProviderName',
      description: 'Description',
      clientToken: 'ClientToken',
      tags: 'TagsMap',
    },
    DeleteCapacityProviderInput: { capacityProviderId: 'CapacityProviderId', clientToken: 'ClientToken' },
    GetCapacityProviderInput: { capacityProviderId: 'CapacityProviderId' },
    ListAgentRuntimeVersionsByCapacityProviderInput: {
      capacityProviderId: 'CapacityProviderId',
      maxResults: 'MaxResults',
      nextToken: 'NextToken',
    },
    ListCapacityProvidersInput: { maxResults: 'MaxResults', nextToken: 'NextToken' },
    UpdateCapacityProviderInput: { capacityProviderId: 'CapacityProviderId', clientToken: 'ClientToken' },
  },
};
