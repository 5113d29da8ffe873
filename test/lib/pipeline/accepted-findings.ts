/**
 * What AwsSolutions and our own rules find in what CDK Pipelines generates, and why it is as it is. A finding that is
 * not here fails the test, and so does an entry that no longer occurs. Names of resources are left
 * out of the ids.
 */

const artifacts =
  'CDK’s own grant on the pipeline’s artifacts: verbs of one kind (s3:GetObject*), on one bucket';
const artifactKey = 'CDK’s own grant on the key of the pipeline’s artifacts';
const buildLog = 'a project writes its own log, whose streams have no names before';
const reports = 'a project writes its own reports, which have no names before';

export const acceptedPipelineFindings: Readonly<Record<string, string>> = {
  // Our own rule. The actions that it is about are named one by one below.
  policies_name_their_actions: 'CDK’s own grants on the pipeline’s artifacts and their key',
  'IAM5[Action::s3:Abort*]': artifacts,
  'IAM5[Action::s3:DeleteObject*]': artifacts,
  'IAM5[Action::s3:GetBucket*]': artifacts,
  'IAM5[Action::s3:GetObject*]': artifacts,
  'IAM5[Action::s3:List*]': artifacts,
  'IAM5[Action::kms:GenerateDataKey*]': artifactKey,
  'IAM5[Action::kms:ReEncrypt*]': artifactKey,
  'IAM5[Resource::bucket/*]': artifacts,
  'IAM5[Resource::log-group:/aws/codebuild/…]': buildLog,
  'IAM5[Resource::report-group/…]': reports,
  'IAM5[Resource::function:*]': 'versions of the function that compares permissions',
  'IAM5[Resource::arn:*:iam::111111111111:role/*]':
    'the pipeline updates itself: it may take the roles of `cdk bootstrap`, by the tag that those have',
  'IAM5[Resource::*]':
    'CDK’s own: publishing assets takes the bootstrap roles of the stages’ accounts; the comparison of permissions reads stacks and approves',
  'IAM4[Policy::AWSLambdaBasicExecutionRole]':
    'the function of CDK Pipelines that approves where no permission grew writes its log',
};
