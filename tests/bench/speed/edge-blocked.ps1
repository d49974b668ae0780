# Added to edge.ps1 for the workload "refused at connect": the client's address is on the block list, and the refusal is the
# very first line. Exchange itself refuses at RCPT, so this stage is a setting of ours.
Add-IPBlockListEntry -IPAddress 127.0.0.1
Set-EdgeSimConnectionFilter -BlockStage Connect
