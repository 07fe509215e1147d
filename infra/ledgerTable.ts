import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export interface LedgerTableProps {
  readonly tableName: string;
  readonly key: IKey | undefined;
  readonly keepData: boolean;
}

/** What Gateloop must not forget and cannot read back from the control plane. */
export class LedgerTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { tableName, key, keepData }: LedgerTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      tableName,
      partitionKey: { name: 'workspace', type: AttributeType.STRING },
      sortKey: { name: 'item', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // In seconds. Not `expiresAt`: leases count in milliseconds, and an old lease must not vanish under its holder.
      timeToLiveAttribute: 'forgetAt',
      deletionProtection: keepData,
      removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(key ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key } : {}),
    });
  }
}
