# Windows: back up the record every night, and try out the newest backup every week.
# Run once as administrator on the record server, with its own places:
#   .\schedule.ps1 -Program C:\...\workstation.exe -Database D:\...\record.db -KeyFile D:\...\record.key -Backups E:\...
param(
    [Parameter(Mandatory)] [string] $Program,
    [Parameter(Mandatory)] [string] $Database,
    [Parameter(Mandatory)] [string] $KeyFile,
    [Parameter(Mandatory)] [string] $Backups
)
$ErrorActionPreference = "Stop"
$place = "--to `"$Backups`" --db `"$Database`" --key-file `"$KeyFile`""
$settings = New-ScheduledTaskSettingsSet -StartWhenAvailable
$backup = New-ScheduledTaskAction -Execute $Program -Argument "backup $place --keep 14"
$drill = New-ScheduledTaskAction -Execute $Program -Argument "backup --drill $place"
Register-ScheduledTask -TaskName "Ronden backup" -User "SYSTEM" -Settings $settings -Action $backup `
    -Trigger (New-ScheduledTaskTrigger -Daily -At "02:00")
Register-ScheduledTask -TaskName "Ronden backup drill" -User "SYSTEM" -Settings $settings -Action $drill `
    -Trigger (New-ScheduledTaskTrigger -Weekly -DaysOfWeek Sunday -At "04:00")
