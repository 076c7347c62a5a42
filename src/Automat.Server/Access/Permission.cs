namespace Automat.Server.Access;

/// <summary>One thing somebody may or may not do. Who may stands in <see cref="Permissions"/>.</summary>
public enum Permission
{
    /// <summary>Finish signing in, which may take setting up a second step, and sign out.</summary>
    OwnSignIn,

    /// <summary>See and secure the own account: password, passkeys, sessions.</summary>
    OwnAccount,

    /// <summary>Make and revoke tokens for oneself.</summary>
    OwnTokens,

    /// <summary>Open the panel.</summary>
    PanelRead,

    /// <summary>See who works here.</summary>
    PeopleRead,

    /// <summary>Invite people, change their roles, switch them off, reset their second step.</summary>
    PeopleWrite,

    /// <summary>Make and revoke tokens of the organisation.</summary>
    ServiceTokens,

    /// <summary>See which mails went out.</summary>
    MailRead,

    /// <summary>See machines and whether they are well.</summary>
    MachineRead,

    /// <summary>Change machines, and send them what is not a sale.</summary>
    MachineWrite,

    /// <summary>See products and stock.</summary>
    CatalogRead,

    /// <summary>Change products, prices and stock.</summary>
    CatalogWrite,

    /// <summary>See what staff did to stock and products lately.</summary>
    ActivityRead,

    /// <summary>See sales and payments.</summary>
    SalesRead,

    /// <summary>Make payment links, clear up doubts about sales.</summary>
    SalesWrite,

    /// <summary>Give money back, hand out cash that is owed, decide about claims.</summary>
    RefundWrite,

    /// <summary>Be the second person of a refund, settle what a provider could not pay back.</summary>
    RefundApprove,

    /// <summary>See chips and their balances.</summary>
    ChipRead,

    /// <summary>Hand out, block and change chips.</summary>
    ChipWrite,

    /// <summary>Put credit on a chip.</summary>
    ChipTopUp,

    /// <summary>Exchange the key chips' UIDs are hashed under.</summary>
    ChipKeys,

    /// <summary>Let a customer into a fridge.</summary>
    FridgeUnlock,

    /// <summary>See firmware and rollouts.</summary>
    FirmwareRead,

    /// <summary>Upload firmware and roll it out.</summary>
    FirmwareWrite,

    /// <summary>Read and export the ledger.</summary>
    LedgerRead,

    /// <summary>Read and export the audit.</summary>
    AuditRead,

    /// <summary>Read and export reports.</summary>
    ReportsRead,

    /// <summary>Change the organisation's settings.</summary>
    SettingsWrite,

    /// <summary>Look after all organisations of this server; no role has it, only the platform's administrators do.</summary>
    PlatformWrite,
}
