; Windows looks at the last part of a name only, which is .yaml for every lab. Evenkeel does not take .yaml away from the editor
; that has it: it is offered under "Open with". The class "Evenkeel lab" is the one that electron-builder.yml registers.
!macro customInstall
  WriteRegNone SHELL_CONTEXT "Software\Classes\.yaml\OpenWithProgids" "Evenkeel lab"
  WriteRegNone SHELL_CONTEXT "Software\Classes\.yml\OpenWithProgids" "Evenkeel lab"
!macroend

!macro customUnInstall
  DeleteRegValue SHELL_CONTEXT "Software\Classes\.yaml\OpenWithProgids" "Evenkeel lab"
  DeleteRegValue SHELL_CONTEXT "Software\Classes\.yml\OpenWithProgids" "Evenkeel lab"
!macroend
