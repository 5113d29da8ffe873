/**
 * What NIST 800-53 R5, HIPAA, PCI DSS and Serverless would have otherwise, and why it is as it is.
 * Keyed by the rule's name without the pack. A finding that is not here fails the test, and so does
 * an entry that no longer occurs.
 */
export const acceptedFindings: Readonly<Record<string, string>> = {
  ALBHttpToHttpsRedirection:
    'only without a domain: the listener is reachable from CloudFront alone, over AWS’s own network; with a domain it speaks https',
  ELBv2ACMCertificateRequired:
    'only without a domain: there is no name that a certificate could be for',
  ALBWAFEnabled:
    'the web ACL is at CloudFront, the only way to the load balancer; a second one inspects less of a body',
  ELBDeletionProtectionEnabled: 'only in disposable stages, which have to be deleted in one go',
  ELBLoggingEnabled:
    'CloudFront is the only client and has its own log; the server and the authorization server record every decision',
  CloudWatchLogGroupEncrypted:
    'encrypted with keys of the log service; events hold no token, and a key of one’s own is a cost and a way to lose the log',
  SecretsManagerUsingKMSKey:
    'encrypted with the account’s key for secrets, readable by one role; a key of one’s own adds no second reader to keep out',
  SecretsManagerRotationEnabled:
    'a scheduled rotation that drops a sealing key signs every user out; a key is added in front of the old one instead',
  IAMNoInlinePolicy:
    'each policy belongs to one role and dies with it; a managed policy could be attached to another role',
  LambdaInsideVPC:
    'the functions call public AWS endpoints with signed requests and reach nothing in the network',
  LambdaConcurrency:
    'a new account has ten concurrent executions in all, of which none can be reserved; the web ACL limits callers',
  LambdaDLQ:
    'invoked synchronously, so that the caller gets the error; the key relay runs again in five minutes',
  EventBusDLQ: 'the only rule starts the key relay, whose next run in five minutes is the retry',
  CloudWatchAlarmAction:
    'who is to be told is the deployer’s to say: an alarm without a receiver still shows in the console',
  SNSRedrivePolicy:
    'only where a mail address is configured: SNS itself tries again for hours, a queue that nobody reads tells nobody, and the alarm stays on',
  S3BucketLoggingEnabled:
    'the bucket holds public keys; its policy admits one writer, whose every run is logged',
  S3BucketReplicationEnabled: 'the bucket holds copies that are renewed every five minutes',
  S3BucketVersioningEnabled:
    'an older copy is never wanted back: it may hold a key that was withdrawn',
  S3DefaultEncryptionKMS:
    'the content is public, and the server reads it without credentials, which KMS would demand',
  LambdaTracing:
    'one correlation id goes from the edge to the tool call in the logs; traces would cost per call',
  VPCNoUnrestrictedRouteToIGW:
    'the public subnets hold nothing but the NAT gateways, which need the route',
  EC2InstanceNoPublicIp: 'only the NAT instance of development, whose purpose it is',
  EC2InstanceDetailedMonitoringEnabled:
    'only the NAT instance of development; metrics every five minutes are enough',
  EC2InstancesInVPC:
    'only the NAT instance of development, which is in the network by its network interface; the rule reads another property',
};
