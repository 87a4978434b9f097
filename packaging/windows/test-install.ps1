# Installs a package silently on Windows, tries the program, and removes it again: test-install.ps1 FILE.msi
param([Parameter(Mandatory)][string]$Msi)
$ErrorActionPreference = 'Stop'
function Check([bool]$IsSo, [string]$What) { if (-not $IsSo) { throw $What } }
function InvokePackage([string[]]$Arguments) {
    $outcome = Start-Process msiexec -ArgumentList ($Arguments + '/qn', '/norestart', '/l*v', 'msiexec.log') -Wait -PassThru
    if ($outcome.ExitCode -ne 0) { Get-Content msiexec.log -Tail 60; throw "msiexec: $($outcome.ExitCode)" }
}
$machine = 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager\Environment'
$handler = 'HKLM:\SOFTWARE\Classes\hotlight\shell\open\command'
$program = "$env:ProgramFiles\Hotlight\hotlight.exe"
$rule = 'Hotlight receives studies'

InvokePackage '/i', "`"$Msi`"", 'SITE=C:\ProgramData\site', 'FIREWALL_SCP=11112'
Check ((& $program --version) -match '^hotlight \d') 'no version'
& $program info tests\data\pydicom\CT_small.dcm
Check ($LASTEXITCODE -eq 0) 'info fails'
& $program render --backend cpu --out picture.png tests\data\pydicom\CT_small.dcm
Check ((Test-Path picture.png) -and $LASTEXITCODE -eq 0) 'render draws nothing'
Check ((Get-ItemProperty $handler).'(default)' -eq "`"$program`" link -- `"%1`"") 'no handler of links'
Check ((Get-ItemProperty $machine).HOTLIGHT_SITE_DIR -eq 'C:\ProgramData\site') 'no site'
Check ($null -ne (Get-NetFirewallRule -DisplayName $rule -ErrorAction SilentlyContinue)) 'no firewall rule'

InvokePackage '/x', "`"$Msi`""
Check (-not (Test-Path "$env:ProgramFiles\Hotlight")) 'files stay'
Check (-not (Test-Path 'HKLM:\SOFTWARE\Classes\hotlight')) 'the handler of links stays'
Check ($null -eq (Get-ItemProperty $machine).HOTLIGHT_SITE_DIR) 'the site stays'
Check ($null -eq (Get-NetFirewallRule -DisplayName $rule -ErrorAction SilentlyContinue)) 'the firewall rule stays'
